/** Tensors and all that is done with them. Importing this file gives tensors their methods. */
import "./methods.js";
import "./left_out_of_tensors.js";
import "./properties.js";

export { linalgFunctions, maskedFunctions, nnFunctions, specialFunctions, torchFunctions } from "./functional.js";
export { inPlaceFunctions } from "./functional_in_place.js";
export * from "./names.js";
