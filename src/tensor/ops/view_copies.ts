import { type Op, type OpInfo, op, type Spec } from "../op.js";
import { Tensor } from "../tensor.js";
import { _alias } from "./indexing.js";
import { expand, permute, squeeze, squeeze_dim, squeeze_dims, t, transpose, unsqueeze, view } from "./movement.js";
import { narrow, split, split_with_sizes, unbind } from "./slicing.js";
import { _slice, as_strided, select, unfold } from "./strided.js";

/* NAME_copy: what the view NAME reads, in memory of its own. */

const example = ["torch.tensor([[1, 2], [3, 4]])", "tensor([[1, 2],\n        [3, 4]])"] as const;

function copyOf<const S extends string>(text: S, { info }: { readonly info: OpInfo }, shown?: Spec<S>["example"]): Op<S> {
  const composite = (...args: readonly unknown[]) => {
    const result = info.call(args) as Tensor | Tensor[];
    return result instanceof Tensor ? result.clone() : result.map((part) => part.clone());
  };
  const { samples } = info.spec;
  return op(text)({ composite, ...(samples && { samples }), example: shown ?? example } as unknown as Spec<S>);
}

const matrix = "torch.tensor([[1, 2], [3, 4]])";
