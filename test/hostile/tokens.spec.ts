// Every kind of bad token, in one file: to start a file of its own takes longer than all the cases of one kind.
// One kind alone: `npm test -- test/hostile/tokens.spec.ts -t 'The signature'`.
import './tokens/structure.js';
import './tokens/header.js';
import './tokens/algorithm.js';
import './tokens/signature.js';
import './tokens/published-keys.js';
import './tokens/lifetime.js';
import './tokens/tenant-and-issuer.js';
import './tokens/caller.js';
