/** `torch.nn`: modules, parameters, losses. */
export * from "./activations/index.js";
export { MultiheadAttention } from "./attention/index.js";
export { Sequential } from "./container.js";
export { CosineSimilarity, PairwiseDistance } from "./distance.js";
export * as functional from "./functional.js";
export * as init from "./init.js";
export { Flatten, Identity, Linear } from "./linear.js";
export * from "./losses/index.js";
export { IncompatibleKeys, Module, type StateDict } from "./module.js";
export { Buffer, Parameter } from "./parameter.js";
export { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNBase, RNNCell, RNNCellBase } from "./recurrent/index.js";
export * as utils from "./utils/index.js";
