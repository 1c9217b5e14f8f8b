/** `torch.func`; with it the functions of `torch.autograd.functional` and `torch.utils.checkpoint`. */
export * as checkpoint from "./checkpoint.js";
export * as functional from "./functional.js";
export { functional_call } from "./functional_call.js";
export { grad, grad_and_value, hessian, jacfwd, jacrev, jvp, vjp } from "./transforms.js";
export { vmap } from "./vmap.js";
