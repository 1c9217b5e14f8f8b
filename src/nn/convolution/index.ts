export { Conv1d, Conv2d, Conv3d } from "./conv.js";
export {
  LazyConv1d,
  LazyConv2d,
  LazyConv3d,
  LazyConvTranspose1d,
  LazyConvTranspose2d,
  LazyConvTranspose3d,
} from "./lazy.js";
export { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from "./transposed.js";
