import { buildStarlingMonkey } from '../tools.mjs';

export default () => buildStarlingMonkey('js-handler', ['fetch-event']);
