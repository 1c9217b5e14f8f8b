/** `torch.nn.functional`. */
import { nnFunctions, torchFunctions } from "../tensor/index.js";

export const { linear } = nnFunctions;
