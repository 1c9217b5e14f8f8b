import { shortName } from "../autograd/saved.js";
import { RuntimeError } from "../python/errors.js";

/** How a view was made, as far as that forbids to change it, or its base, in place. */
export const Creation = {
  /** Nothing is forbidden. */
  plain: 0,
  /** One of several views that one op returned: the derivative of the op does not know changes of one of them. */
  oneOfMany: 1,
  /** Inside no_grad(), hence without a history that a change could continue. */
  noGrad: 2,
  /** Inside inference_mode(). */
  inference: 3,
  /** Inside a custom Function, whose derivative a change would replace. */
  customFunction: 4,
} as const;
export type Creation = (typeof Creation)[keyof typeof Creation];

/** What a message says about the view: its history, if it has one. */
interface Made {
  readonly node: { name(): string } | null;
  readonly output_nr: number;
}

/** The error of changing such a view in place, or (`indirectly`) its base or another view of the base. */
export function forbiddenChange(how: Creation, { node, output_nr }: Made, indirectly: boolean): RuntimeError {
  const mode = how === Creation.inference ? "inference mode" : "no_grad mode";
  const modal = how === Creation.inference || how === Creation.noGrad;
  const made = node
    ? `Output ${output_nr} of ${shortName(node.name())} is a view${modal ? ` of a view which was created in ${mode}` : ""}`
    : `A view was created in ${mode}`;
  const what = indirectly ? "its base or another view of its base has been" : "is being";
  const where = how === Creation.inference ? " in normal mode" : modal || !node ? " with grad mode enabled" : "";
  return new RuntimeError(`${made} and ${what} modified inplace${where}. ${reasons[how]}`, advice[how]);
}

const useCase = (scope: string) =>
  `Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the ${scope} block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).`;

const reasons: Record<Creation, string> = {
  [Creation.plain]: "",
  [Creation.oneOfMany]:
    "This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.",
  [Creation.noGrad]: useCase("no_grad"),
  [Creation.inference]: useCase("inference_mode"),
  [Creation.customFunction]:
    "This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function.",
};

const advice: Partial<Record<Creation, string>> = {
  [Creation.oneOfMany]: "Take the piece with narrow() or index() instead, or clone() it before the change.",
};
