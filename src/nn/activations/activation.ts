import { pythonRepr } from "../../python/repr.js";
import { SameShape } from "../same_shape.js";

/** What activations share that may write over their input: `inplace`, and how it is printed. */
export abstract class InplaceActivation extends SameShape {
  readonly inplace: boolean;

  constructor(inplace: boolean) {
    super();
    this.inplace = inplace;
  }

  override extra_repr(): string {
    return withInplace("", this.inplace);
  }
}

/** `text, inplace=True`, of which the second part is left out if it is not so. */
export function withInplace(text: string, inplace: boolean): string {
  if (!inplace) return text;
  return text === "" ? "inplace=True" : `${text}, inplace=True`;
}

/** What activations share that work along one dimension. */
export abstract class AlongDim extends SameShape {
  readonly dim: number | null;

  constructor(dim: number | null) {
    super();
    this.dim = dim;
  }

  override extra_repr(): string {
    return `dim=${pythonRepr(this.dim)}`;
  }
}
