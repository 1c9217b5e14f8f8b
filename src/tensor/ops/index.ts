/** The op table: every entry of every family. */
export * from "./activation.js";
export * from "./compare.js";
export * from "./index_ops.js";
export * from "./like.js";
export * from "./linalg.js";
export * from "./memory.js";
export * from "./movement.js";
export * from "./pointwise.js";
export * from "./random.js";
export * from "./reduce.js";
export * from "./rounding.js";
