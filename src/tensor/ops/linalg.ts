import { RuntimeError } from "../../python/errors.js";
import { matmul as matmulKernel } from "../kernels/matmul.js";
import { op } from "../op.js";
import { Tensor } from "../tensor.js";

/** The product of two matrices. */
export const mm = op("mm(Tensor self, Tensor mat2) -> Tensor")({
  forward: (self, mat2) => {
    const [m, k] = self.shape as [number, number];
    const n = mat2.shape[1];
    if (k !== mat2.shape[0]) throw new RuntimeError(`mat1 and mat2 shapes cannot be multiplied (${m}x${k} and ${mat2.shape.join("x")})`);
    const out = Tensor.empty([m, n], self.dtype);
    const batched = (t: Tensor) => t.operand([0, ...t.strides]);
    matmulKernel(1, m, k, n, batched(out), batched(self), batched(mat2));
    return out;
  },
  derivatives: {
    self: ["mat2", (g, { mat2 }) => g.mm(mat2.t())],
    mat2: ["self", (g, { self }) => self.t().mm(g)],
  },
  samples: [{ self: [2, 3], mat2: [3, 4] }],
  example: ["torch.tensor([[1, 2]]).mm(torch.tensor([[3], [4]]))", "tensor([[11]])"],
});
