/** `torch.nn`: modules, parameters, losses. */
export * from "./activations/index.js";
export { MultiheadAttention } from "./attention/index.js";
export * from "./containers/index.js";
export { CosineSimilarity, PairwiseDistance } from "./distance.js";
export { AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d, FeatureAlphaDropout } from "./dropout.js";
export { Embedding, EmbeddingBag } from "./embedding.js";
export { Flatten, Unflatten } from "./flatten.js";
export * as functional from "./functional.js";
export * as init from "./init.js";
export { Bilinear, Identity, LazyLinear, Linear } from "./linear.js";
export * from "./losses/index.js";
export { Module } from "./module.js";
export * from "./normalization/index.js";
export { Buffer, Parameter, UninitializedBuffer, UninitializedParameter } from "./parameter.js";
export { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNBase, RNNCell, RNNCellBase } from "./recurrent/index.js";
export { IncompatibleKeys, type StateDict } from "./state_dict.js";
export * as utils from "./utils/index.js";
