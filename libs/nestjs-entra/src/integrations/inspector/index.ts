export { InspectorModule } from './inspector.module.js';
