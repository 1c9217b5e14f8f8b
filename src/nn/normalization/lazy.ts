import { Signature } from "../../python/signature.js";
import type { Arguments, Bound } from "../../python/signature-types.js";
import { type Tensor, tensor } from "../../tensor/index.js";
import { type LazyModule, lazy } from "../lazy.js";
import { is_lazy, UninitializedBuffer, UninitializedParameter } from "../parameter.js";
import type { NormBase } from "./base.js";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./batch.js";
import { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from "./instance.js";

/** The arguments of all of them, those of instance normalisation included. */
const OPTIONS =
  "float eps=1e-5, float? momentum=0.1, bool affine=True, bool track_running_stats=True, str? device=None, ScalarType? dtype=None, *, bool bias=True";
const signatureOf = <const N extends string>(name: N) =>
  new Signature<`${N}(${typeof OPTIONS})`>(`${name}(${OPTIONS})`);

type Options = Bound<`LazyNorm(${typeof OPTIONS})`>;
// biome-ignore lint/suspicious/noExplicitAny: a mixin takes whatever its base takes
type NormClass = abstract new (...args: any[]) => NormBase;

/** A normalising layer that takes `num_features` from its first input. */
function lazyNorm<B extends NormClass>(Base: B) {
  const Lazy: NormClass & ReturnType<typeof lazy<NormClass>> = lazy<NormClass>(Base);
  abstract class LazyNorm extends Lazy {
    // biome-ignore lint/suspicious/noExplicitAny: see above
    constructor(...given: any[]) {
      const [eps, momentum, affine, tracks, , dtype, bias] = given as unknown as Options;
      super(0, { eps, momentum, affine: false, track_running_stats: false });
      this.affine = affine;
      this.track_running_stats = tracks;
      const options = dtype ? { dtype } : {};
      if (affine) this.weight = new UninitializedParameter(true, options);
      if (affine && bias) this.bias = new UninitializedParameter(true, options);
      if (!tracks) return;
      this.running_mean = new UninitializedBuffer(false, options);
      this.running_var = new UninitializedBuffer(false, options);
      this.num_batches_tracked = tensor(0);
    }

    override reset_parameters(): void {
      if (!this.has_uninitialized_params() && this.num_features !== 0) super.reset_parameters();
    }

    override initialize_parameters(input: Tensor): void {
      if (!this.has_uninitialized_params()) return;
      this.num_features = input.size(1);
      for (const t of [this.weight, this.bias, this.running_mean, this.running_var]) {
        if (is_lazy(t)) t.materialize([this.num_features]);
      }
      this.reset_parameters();
    }
  }
  return LazyNorm as unknown as abstract new (
    ...args: Options
  ) => InstanceType<B> & LazyModule;
}

const batch1d = signatureOf("LazyBatchNorm1d");

/** A {@link BatchNorm1d} that takes `num_features` from its first input, and is an ordinary one from then on. */
export class LazyBatchNorm1d extends lazyNorm(BatchNorm1d) {
  constructor(...args: Arguments<typeof batch1d.text>) {
    super(...batch1d.bind(args));
  }
}

const batch2d = signatureOf("LazyBatchNorm2d");

/** A {@link BatchNorm2d} that takes `num_features` from its first input, and is an ordinary one from then on. */
export class LazyBatchNorm2d extends lazyNorm(BatchNorm2d) {
  constructor(...args: Arguments<typeof batch2d.text>) {
    super(...batch2d.bind(args));
  }
}

const batch3d = signatureOf("LazyBatchNorm3d");

/** A {@link BatchNorm3d} that takes `num_features` from its first input, and is an ordinary one from then on. */
export class LazyBatchNorm3d extends lazyNorm(BatchNorm3d) {
  constructor(...args: Arguments<typeof batch3d.text>) {
    super(...batch3d.bind(args));
  }
}

const instance1d = signatureOf("LazyInstanceNorm1d");

/** An {@link InstanceNorm1d} that takes `num_features` from its first input, and is an ordinary one from then on. */
export class LazyInstanceNorm1d extends lazyNorm(InstanceNorm1d) {
  constructor(...args: Arguments<typeof instance1d.text>) {
    super(...instance1d.bind(args));
  }
}

const instance2d = signatureOf("LazyInstanceNorm2d");

/** An {@link InstanceNorm2d} that takes `num_features` from its first input, and is an ordinary one from then on. */
export class LazyInstanceNorm2d extends lazyNorm(InstanceNorm2d) {
  constructor(...args: Arguments<typeof instance2d.text>) {
    super(...instance2d.bind(args));
  }
}

const instance3d = signatureOf("LazyInstanceNorm3d");

/** An {@link InstanceNorm3d} that takes `num_features` from its first input, and is an ordinary one from then on. */
export class LazyInstanceNorm3d extends lazyNorm(InstanceNorm3d) {
  constructor(...args: Arguments<typeof instance3d.text>) {
    super(...instance3d.bind(args));
  }
}
