export { ModuleDict } from "./module_dict.js";
export { ModuleList } from "./module_list.js";
export { ParameterDict } from "./parameter_dict.js";
export { ParameterList } from "./parameter_list.js";
export { Sequential } from "./sequential.js";
