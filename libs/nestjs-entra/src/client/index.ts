export { readChallenge, type ApiChallenge, type ChallengeResponse } from './read-challenge.js';
