import { ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import type { Tensor } from "../tensor/index.js";
import { perDim, type Shape } from "../tensor/shape.js";
import { pad } from "./functional.js";
import { Module } from "./module.js";

/** What padding layers share: `padding` is one number for all ends, or [before, after] of the last dimension and so on. */
abstract class PadNd extends Module {
  readonly padding: Shape;

  constructor(dims: number, padding: number | Shape) {
    super();
    this.padding = perDim(padding, 2 * dims);
  }

  override extra_repr(): string {
    return pythonRepr([...this.padding], { tuple: true });
  }
}

/** What {@link ConstantPad1d}, {@link ConstantPad2d} and {@link ConstantPad3d} share. */
abstract class ConstantPadNd extends PadNd {
  readonly value: number;

  constructor(dims: number, padding: number | Shape, value: number) {
    super(dims, padding);
    this.value = value;
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, "constant", this.value);
  }

  override extra_repr(): string {
    return `padding=${super.extra_repr()}, value=${pythonRepr(this.value)}`;
  }
}

const constant1dSignature = new Signature("ConstantPad1d(int[] padding, float value)");

/** Adds elements of the given `value` at the ends of sequences: the last dimension. */
export class ConstantPad1d extends ConstantPadNd {
  constructor(...args: Arguments<typeof constant1dSignature.text>) {
    super(1, ...constant1dSignature.bind(args));
  }
}

const constant2dSignature = new Signature("ConstantPad2d(int[] padding, float value)");

/** Adds elements of the given `value` at the ends of images: the last two dimensions. */
export class ConstantPad2d extends ConstantPadNd {
  constructor(...args: Arguments<typeof constant2dSignature.text>) {
    super(2, ...constant2dSignature.bind(args));
  }
}

const constant3dSignature = new Signature("ConstantPad3d(int[] padding, float value)");

/** Adds elements of the given `value` at the ends of volumes: the last three dimensions. */
export class ConstantPad3d extends ConstantPadNd {
  constructor(...args: Arguments<typeof constant3dSignature.text>) {
    super(3, ...constant3dSignature.bind(args));
  }
}

const zero1dSignature = new Signature("ZeroPad1d(int[] padding)");

/** Adds zeros at the ends of sequences: the last dimension. */
export class ZeroPad1d extends ConstantPadNd {
  constructor(...args: Arguments<typeof zero1dSignature.text>) {
    super(1, zero1dSignature.bind(args)[0], 0);
  }

  override extra_repr(): string {
    return pythonRepr([...this.padding], { tuple: true });
  }
}

const zero2dSignature = new Signature("ZeroPad2d(int[] padding)");

/** Adds zeros at the ends of images: the last two dimensions. */
export class ZeroPad2d extends ConstantPadNd {
  constructor(...args: Arguments<typeof zero2dSignature.text>) {
    super(2, zero2dSignature.bind(args)[0], 0);
  }

  override extra_repr(): string {
    return pythonRepr([...this.padding], { tuple: true });
  }
}

const zero3dSignature = new Signature("ZeroPad3d(int[] padding)");

/** Adds zeros at the ends of volumes: the last three dimensions. */
export class ZeroPad3d extends ConstantPadNd {
  constructor(...args: Arguments<typeof zero3dSignature.text>) {
    super(3, zero3dSignature.bind(args)[0], 0);
  }

  override extra_repr(): string {
    return pythonRepr([...this.padding], { tuple: true });
  }
}

/** What {@link ReflectionPad1d}, {@link ReflectionPad2d} and {@link ReflectionPad3d} share. */
abstract class ReflectionPadNd extends PadNd {
  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, "reflect");
  }
}

const reflection1dSignature = new Signature("ReflectionPad1d(int[] padding)");

/** Mirrors the elements at the ends, which are not repeated, of sequences: the last dimension. */
export class ReflectionPad1d extends ReflectionPadNd {
  constructor(...args: Arguments<typeof reflection1dSignature.text>) {
    super(1, reflection1dSignature.bind(args)[0]);
  }
}

const reflection2dSignature = new Signature("ReflectionPad2d(int[] padding)");

/** Mirrors the elements at the ends, which are not repeated, of images: the last two dimensions. */
export class ReflectionPad2d extends ReflectionPadNd {
  constructor(...args: Arguments<typeof reflection2dSignature.text>) {
    super(2, reflection2dSignature.bind(args)[0]);
  }
}

const reflection3dSignature = new Signature("ReflectionPad3d(int[] padding)");

/** Mirrors the elements at the ends, which are not repeated, of volumes: the last three dimensions. */
export class ReflectionPad3d extends ReflectionPadNd {
  constructor(...args: Arguments<typeof reflection3dSignature.text>) {
    super(3, reflection3dSignature.bind(args)[0]);
  }
}

/** What {@link ReplicationPad1d}, {@link ReplicationPad2d} and {@link ReplicationPad3d} share. */
abstract class ReplicationPadNd extends PadNd {
  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, "replicate");
  }
}

const replication1dSignature = new Signature("ReplicationPad1d(int[] padding)");

/** Repeats the end elements of sequences: the last dimension. */
export class ReplicationPad1d extends ReplicationPadNd {
  constructor(...args: Arguments<typeof replication1dSignature.text>) {
    super(1, replication1dSignature.bind(args)[0]);
  }
}

const replication2dSignature = new Signature("ReplicationPad2d(int[] padding)");

/** Repeats the end elements of images: the last two dimensions. */
export class ReplicationPad2d extends ReplicationPadNd {
  constructor(...args: Arguments<typeof replication2dSignature.text>) {
    super(2, replication2dSignature.bind(args)[0]);
  }
}

const replication3dSignature = new Signature("ReplicationPad3d(int[] padding)");

/** Repeats the end elements of volumes: the last three dimensions. */
export class ReplicationPad3d extends ReplicationPadNd {
  constructor(...args: Arguments<typeof replication3dSignature.text>) {
    super(3, replication3dSignature.bind(args)[0]);
  }
}

/** What {@link CircularPad1d}, {@link CircularPad2d} and {@link CircularPad3d} share. */
abstract class CircularPadNd extends PadNd {
  override forward(input: Tensor): Tensor {
    const dims = this.padding.length / 2;
    if (input.ndim !== dims + 1 && input.ndim !== dims + 2) {
      throw new ValueError(`expected ${dims + 1}D or ${dims + 2}D input (got ${input.ndim}D input)`);
    }
    return pad(input, this.padding, "circular");
  }
}

const circular1dSignature = new Signature("CircularPad1d(int[] padding)");

/** Adds at each end the elements of the other end of sequences: the last dimension. */
export class CircularPad1d extends CircularPadNd {
  constructor(...args: Arguments<typeof circular1dSignature.text>) {
    super(1, circular1dSignature.bind(args)[0]);
  }
}

const circular2dSignature = new Signature("CircularPad2d(int[] padding)");

/** Adds at each end the elements of the other end of images: the last two dimensions. */
export class CircularPad2d extends CircularPadNd {
  constructor(...args: Arguments<typeof circular2dSignature.text>) {
    super(2, circular2dSignature.bind(args)[0]);
  }
}

const circular3dSignature = new Signature("CircularPad3d(int[] padding)");

/** Adds at each end the elements of the other end of volumes: the last three dimensions. */
export class CircularPad3d extends CircularPadNd {
  constructor(...args: Arguments<typeof circular3dSignature.text>) {
    super(3, circular3dSignature.bind(args)[0]);
  }
}
