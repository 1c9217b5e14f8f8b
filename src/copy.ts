/** Python's module `copy`, as far as models need it. */
export { deepcopy } from "./nn/deepcopy.js";
