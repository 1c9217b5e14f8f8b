/** Recurrent networks. */
export { RNNBase } from "./base.js";
export { GRUCell, LSTMCell, RNNCell, RNNCellBase } from "./cells.js";
export { GRU, LSTM, RNN } from "./rnn.js";
