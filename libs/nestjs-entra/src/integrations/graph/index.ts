export {
  GraphAuthenticationProvider,
  type GraphApi,
  type GraphAuthenticationOptions,
  type KiotaRequest,
} from './graph-authentication.provider.js';
