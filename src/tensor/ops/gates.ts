import { is_grad_enabled } from "../../autograd/grad_mode.js";
import * as kernels from "../kernels/recurrent.js";
import { op } from "../op.js";
import { Tensor } from "../tensor.js";
import { cat } from "./joining.js";

/*
 * The elementwise part of a step of LSTM and GRU, as one op each. Their second output, the activated gates, is what the
 * backward pass reads; as an output it has a history, so that gradients of gradients find their way.
 */

/**
 * `[hy, cy, activated]` from `[gates, cx]`: gates of the shape (N, 4 H) in the order i, f, g, o, and cells (N, H).
 *
 *     cy = sigmoid(f) cx + sigmoid(i) tanh(g)
 *     hy = sigmoid(o) tanh(cy)
 */
export const _lstm_gates = op("_lstm_gates(Tensor[] gates_cx) -> Tensor[]")({
  forward: ([gates, cx]) => {
    const [rows, hidden] = cx.shape;
    const [hy, cy] = [Tensor.empty(cx.shape, cx.dtype), Tensor.empty(cx.shape, cx.dtype)];
    const activated = Tensor.empty(gates.shape, cx.dtype);
    const [x, c, ...out] = [gates, cx, hy, cy, activated].map((t) => t.operand());
    kernels.lstmGates(rows, hidden, x, c, out[0], out[1], out[2]);
    return [hy, cy, activated];
  },
  derivatives: {
    gates_cx: [
      "gates_cx result",
      ([gradHy, gradCy, gradActivated], { gates_cx: [, cx], result: [, cy, activated] }) =>
        _lstm_gates_backward(cx, cy, activated, gradHy, gradCy, gradActivated),
    ],
  },
  samples: [
    {
      gates_cx: [
        [2, 8],
        [2, 2],
      ],
    },
  ],
  example: ["torch._lstm_gates([torch.zeros(1, 4), torch.ones(1, 1)])[1]", "tensor([[0.5000]])"],
});

/** The gradients of {@link _lstm_gates}: by a kernel, or in tensor language where they are to be differentiated. */
export const _lstm_gates_backward = op(
  "_lstm_gates_backward(Tensor cx, Tensor cy, Tensor activated, Tensor? grad_hy=None, Tensor? grad_cy=None, Tensor? grad_activated=None) -> Tensor[]",
)({
  composite: (cx, cy, activated, grad_hy, grad_cy, grad_activated) => {
    if (grad_activated === null && !recorded(grad_hy, grad_cy, cx, cy, activated)) {
      const [rows, hidden] = cx.shape;
      const [gates, cell] = [Tensor.empty(activated.shape, cx.dtype), Tensor.empty(cx.shape, cx.dtype)];
      const [gh, gc] = [grad_hy?.operand() ?? null, grad_cy?.operand() ?? null];
      const [to, toCell] = [gates.operand(), cell.operand()];
      kernels.lstmGatesBackward(rows, hidden, gh, gc, cx.operand(), cy.operand(), activated.operand(), to, toCell);
      return [gates, cell];
    }
    const [i, f, g, o] = activated.chunk(4, 1);
    const t = cy.tanh();
    const dh = grad_hy ?? cx.zeroGradient();
    // d hy = t do + o (1 - t^2) dcy
    const throughHy = dh.mul(o).mul(t.pow(2).rsub(1));
    const dc = grad_cy ? grad_cy.add(throughHy) : throughHy;
    const toActivated = join([dc.mul(g), dc.mul(cx), dc.mul(i), dh.mul(t)]);
    const all = grad_activated ? toActivated.add(grad_activated) : toActivated;
    const slopes = join([slope(i), slope(f), g.pow(2).rsub(1), slope(o)]);
    return [all.mul(slopes), dc.mul(f)];
  },
  samples: [
    { grad_hy: [2, 2], grad_cy: [2, 2], cx: [2, 2], cy: [2, 2], activated: [2, 8] },
    { grad_hy: [2, 2], grad_activated: [2, 8], cx: [2, 2], cy: [2, 2], activated: [2, 8] },
  ],
  example: [
    "torch._lstm_gates_backward(torch.ones(1, 1), torch.ones(1, 1), torch.ones(1, 4), null, torch.ones(1, 1))[1]",
    "tensor([[1.]])",
  ],
});

/**
 * `[hy, activated]` from `[input, hidden, hx]`: what input and hidden state give to the gates, of the shape (N, 3 H) in
 * the order r, z, n, and the hidden state (N, H).
 *
 *     n = tanh(n_input + sigmoid(r) n_hidden)
 *     hy = (1 - sigmoid(z)) n + sigmoid(z) hx
 */
export const _gru_gates = op("_gru_gates(Tensor[] input_hidden_hx) -> Tensor[]")({
  forward: ([input, fromHidden, hx]) => {
    const [rows, hidden] = hx.shape;
    const [hy, activated] = [Tensor.empty(hx.shape, hx.dtype), Tensor.empty(input.shape, hx.dtype)];
    const [to, toGates] = [hy.operand(), activated.operand()];
    kernels.gruGates(rows, hidden, input.operand(), fromHidden.operand(), hx.operand(), to, toGates);
    return [hy, activated];
  },
  derivatives: {
    input_hidden_hx: [
      "input_hidden_hx result",
      ([gradHy, gradActivated], { input_hidden_hx: [, fromHidden, hx], result: [, activated] }) =>
        _gru_gates_backward(fromHidden, hx, activated, gradHy, gradActivated),
    ],
  },
  samples: [
    {
      input_hidden_hx: [
        [2, 6],
        [2, 6],
        [2, 2],
      ],
    },
  ],
  example: ["torch._gru_gates([torch.zeros(1, 3), torch.zeros(1, 3), torch.ones(1, 1)])[0]", "tensor([[0.5000]])"],
});

/** The gradients of {@link _gru_gates}: by a kernel, or in tensor language where they are to be differentiated. */
export const _gru_gates_backward = op(
  "_gru_gates_backward(Tensor hidden, Tensor hx, Tensor activated, Tensor? grad_hy=None, Tensor? grad_activated=None) -> Tensor[]",
)({
  composite: (fromHidden, hx, activated, grad_hy, grad_activated) => {
    const dh = grad_hy ?? hx.zeroGradient();
    if (grad_activated === null && !recorded(grad_hy, fromHidden, hx, activated)) {
      const [rows, hidden] = hx.shape;
      const made = [activated, activated, hx].map((t) => Tensor.empty(t.shape, t.dtype));
      const [toInput, toHidden, toHx] = made.map((t) => t.operand());
      const from = [dh, fromHidden, hx, activated].map((t) => t.operand());
      kernels.gruGatesBackward(rows, hidden, from[0], from[1], from[2], from[3], toInput, toHidden, toHx);
      return made;
    }
    const [r, z, n] = activated.chunk(3, 1);
    const given = grad_activated?.chunk(3, 1);
    const plus = (t: Tensor, part: number) => (given ? t.add(given[part]) : t);
    const dn = plus(dh.mul(z.rsub(1)), 2).mul(n.pow(2).rsub(1));
    const dr = plus(dn.mul(fromHidden.chunk(3, 1)[2]), 0).mul(slope(r));
    const dz = plus(dh.mul(hx.sub(n)), 1).mul(slope(z));
    return [join([dr, dz, dn]), join([dr, dz, dn.mul(r)]), dh.mul(z)];
  },
  samples: [
    { grad_hy: [2, 2], hidden: [2, 6], hx: [2, 2], activated: [2, 6] },
    { grad_hy: [2, 2], grad_activated: [2, 6], hidden: [2, 6], hx: [2, 2], activated: [2, 6] },
  ],
  example: [
    "torch._gru_gates_backward(torch.ones(1, 3), torch.ones(1, 1), torch.ones(1, 3), torch.ones(1, 1))[2]",
    "tensor([[1.]])",
  ],
});

/** `sigma' = sigma (1 - sigma)`. */
const slope = (sigma: Tensor): Tensor => sigma.mul(sigma.rsub(1));

/** Side by side, as columns. */
const join = (parts: readonly Tensor[]): Tensor => cat(parts, 1);

const recorded = (...tensors: readonly (Tensor | null)[]): boolean =>
  is_grad_enabled() && tensors.some((t) => t?.requires_grad);
