import type { Node } from "./node.js";
import { type Form, type Region, type Variable, VariableNode } from "./variable.js";

/**
 * The history of a value of which a view was changed in place. Inside the view `inner` made the values, from the view's
 * old ones (its argument `at`) and perhaps others; elsewhere they are as before.
 */
export class CopySlices<V extends Variable<V>> extends VariableNode<V> {
  private readonly region: Region<V>;
  private readonly whole: Form<V>;

  constructor(
    base: V,
    view: V,
    private readonly inner: Node<V>,
    private readonly at: number,
  ) {
    super(inner.edges.with(at, base.gradientEdge()));
    this.whole = base.form;
    this.region = view.region();
  }

  name(): string {
    return "CopySlices";
  }

  protected form(): Form<V> {
    return this.whole;
  }

  override release(): void {
    this.inner.release();
  }

  apply([grad]: readonly (V | null)[]): readonly (V | null)[] {
    let others: readonly (V | null)[] = [];
    const whole = this.region(grad!, (part) => {
      others = this.inner.apply([part]);
      return others[this.at];
    });
    return others.with(this.at, whole);
  }
}
