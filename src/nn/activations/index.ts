export { Hardshrink, Hardsigmoid, Hardswish, Hardtanh, ReLU6, Softshrink, Threshold } from "./piecewise.js";
export { CELU, ELU, LeakyReLU, PReLU, ReLU, RReLU, SELU } from "./rectified.js";
export { GELU, GLU, LogSigmoid, Mish, Sigmoid, SiLU, Softplus, Softsign, Tanh, Tanhshrink } from "./smooth.js";
export { LogSoftmax, Softmax, Softmax2d, Softmin } from "./softmax.js";
