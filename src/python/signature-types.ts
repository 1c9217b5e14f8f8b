/**
 * Types from signatures: `"sum(Tensor self, int[]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor"`
 * read by the compiler, so that a function's parameters are written once, in PyTorch's own schema language.
 *
 * - `T?` may be `null`; `A|B` is either; `T[]` takes one `T` or an array; `T...` takes any number of `T` or one array.
 * - A parameter with `=` is optional; what follows `*` is given by name only.
 * - Every function may end with one plain object that gives any parameter by name.
 */

/** What each type name of a signature means. Other modules add theirs by declaration merging. */
export interface Vocabulary {
  int: number;
  float: number;
  bool: boolean;
  str: string;
  Scalar: number | boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a function of the user's, whatever it takes
  Callable: (...args: any[]) => any;
  any: unknown;
}

/** Parameter names as labelled tuples: a label is what an editor shows, and only a literal tuple can carry one. */
interface Labels {
  A: [A: 0];
  a: [a: 0];
  alpha: [alpha: 0];
  approximate: [approximate: 0];
  b: [b: 0];
  batch1: [batch1: 0];
  batch2: [batch2: 0];
  batch_size: [batch_size: 0];
  beta: [beta: 0];
  bias: [bias: 0];
  by: [by: 0];
  chunks: [chunks: 0];
  closure: [closure: 0];
  condition: [condition: 0];
  correction: [correction: 0];
  dataset: [dataset: 0];
  delta: [delta: 0];
  descending: [descending: 0];
  diagonal: [diagonal: 0];
  dim0: [dim0: 0];
  dim1: [dim1: 0];
  dim: [dim: 0];
  dims: [dims: 0];
  dtype: [dtype: 0];
  edge: [edge: 0];
  end: [end: 0];
  end_dim: [end_dim: 0];
  eps: [eps: 0];
  equation: [equation: 0];
  exponent: [exponent: 0];
  factor: [factor: 0];
  fill_value: [fill_value: 0];
  gamma: [gamma: 0];
  generator: [generator: 0];
  high: [high: 0];
  ignore_index: [ignore_index: 0];
  in_features: [in_features: 0];
  index: [index: 0];
  indices: [indices: 0];
  inplace: [inplace: 0];
  input1: [input1: 0];
  input2: [input2: 0];
  input: [input: 0];
  k: [k: 0];
  keepdim: [keepdim: 0];
  label_smoothing: [label_smoothing: 0];
  lambd: [lambd: 0];
  largest: [largest: 0];
  last_epoch: [last_epoch: 0];
  length: [length: 0];
  log_target: [log_target: 0];
  low: [low: 0];
  lower: [lower: 0];
  lr: [lr: 0];
  mask: [mask: 0];
  mat1: [mat1: 0];
  mat2: [mat2: 0];
  mat: [mat: 0];
  matrices: [matrices: 0];
  max: [max: 0];
  max_val: [max_val: 0];
  mean: [mean: 0];
  min: [min: 0];
  min_val: [min_val: 0];
  n: [n: 0];
  nan: [nan: 0];
  negative_slope: [negative_slope: 0];
  neginf: [neginf: 0];
  num_classes: [num_classes: 0];
  operands: [operands: 0];
  optimizer: [optimizer: 0];
  other: [other: 0];
  out_features: [out_features: 0];
  p: [p: 0];
  params: [params: 0];
  pos_weight: [pos_weight: 0];
  posinf: [posinf: 0];
  reduce: [reduce: 0];
  reduction: [reduction: 0];
  repeats: [repeats: 0];
  reverse: [reverse: 0];
  rounding_mode: [rounding_mode: 0];
  scale: [scale: 0];
  self: [self: 0];
  shape: [shape: 0];
  shifts: [shifts: 0];
  shuffle: [shuffle: 0];
  size: [size: 0];
  size_average: [size_average: 0];
  sorted: [sorted: 0];
  source: [source: 0];
  split_size: [split_size: 0];
  src: [src: 0];
  stable: [stable: 0];
  start: [start: 0];
  start_dim: [start_dim: 0];
  std: [std: 0];
  step: [step: 0];
  step_size: [step_size: 0];
  steps: [steps: 0];
  storage_offset: [storage_offset: 0];
  stride: [stride: 0];
  target: [target: 0];
  tensor: [tensor: 0];
  tensors: [tensors: 0];
  threshold: [threshold: 0];
  training: [training: 0];
  unbiased: [unbiased: 0];
  upper: [upper: 0];
  value: [value: 0];
  values: [values: 0];
  vec1: [vec1: 0];
  vec2: [vec2: 0];
  vec: [vec: 0];
  weight: [weight: 0];
  x1: [x1: 0];
  x2: [x2: 0];
}

type TypeOf<S extends string> = S extends `${infer T}?`
  ? TypeOf<T> | null
  : S extends `${infer A}|${infer B}`
    ? TypeOf<A> | TypeOf<B>
    : S extends `${infer T}[]`
      ? TypeOf<T> | readonly TypeOf<T>[]
      : S extends `${infer T}...`
        ? TypeOf<T> | readonly TypeOf<T>[]
        : S extends `'${infer Text}'`
          ? Text
          : S extends keyof Vocabulary
            ? Vocabulary[S]
            : never;

type Fill<Label extends readonly unknown[], T> = { [I in keyof Label]: T };
type Labelled<Name extends string, T> = Name extends keyof Labels ? Fill<Labels[Name], T> : [T];

type Split<S extends string> = S extends ""
  ? []
  : S extends `${infer Head}, ${infer Rest}`
    ? [Head, ...Split<Rest>]
    : [S];

/** The parameters of a signature, a string each. */
type Parameters_<S extends string> = S extends `${string}(${infer Inside}) -> ${string}`
  ? Split<Inside>
  : S extends `${string}(${infer Inside})`
    ? Split<Inside>
    : never;

type NameAndType<P extends string> = P extends "*"
  ? never
  : P extends `${infer T} ${infer Name}=${string}`
    ? [Name, TypeOf<T>]
    : P extends `${infer T} ${infer Name}`
      ? [Name, TypeOf<T>]
      : never;

/** The parameters by name, all optional: the plain object that a call may end with. */
export type Keywords<S extends string> = KeywordsOf<Parameters_<S>>;
type KeywordsOf<P extends string[]> = P extends []
  ? Record<string, never>
  : { [E in NameAndType<P[number]> as E[0]]?: E[1] };

/** The parameters by name, as a function body sees them. */
export type Named<S extends string> = { [E in NameAndType<Parameters_<S>[number]> as E[0]]: E[1] };

/** The parameters in order, keyword-only ones last, as a function body sees them. */
export type Bound<S extends string> = BoundOf<Parameters_<S>>;
type BoundOf<P extends string[]> = P extends [infer Head extends string, ...infer Rest extends string[]]
  ? Head extends "*"
    ? BoundOf<Rest>
    : Head extends `${infer T} ${infer Name}=${string}`
      ? [...Labelled<Name, TypeOf<T>>, ...BoundOf<Rest>]
      : Head extends `${infer T}... ${infer Name}`
        ? [...Labelled<Name, readonly TypeOf<T>[]>, ...BoundOf<Rest>]
        : Head extends `${infer T} ${infer Name}`
          ? [...Labelled<Name, TypeOf<T>>, ...BoundOf<Rest>]
          : never
  : [];

type Positional<P extends string[], K> = P extends [infer Head extends string, ...infer Rest extends string[]]
  ? Head extends "*"
    ? [options?: K]
    : Head extends `${infer T}... ${string}`
      ? [...size: (TypeOf<T> | readonly TypeOf<T>[] | K)[]]
      : Head extends `${infer T} ${infer Name}=${string}`
        ? [...Partial<Labelled<Name, TypeOf<T> | K>>, ...Positional<Rest, K>]
        : Head extends `${infer T} ${infer Name}`
          ? [...Labelled<Name, TypeOf<T>>, ...Positional<Rest, K>] | [options: K]
          : never
  : [options?: K];

/** What a caller may write between the parentheses: positional arguments, then at most one plain object of names. */
export type Arguments<S extends string> = ArgumentsOf<Parameters_<S>>;
type ArgumentsOf<P extends string[]> = Positional<P, KeywordsOf<P>>;

/** {@link Arguments} of a method: the first parameter is `this`. */
export type MethodArguments<S extends string> =
  Parameters_<S> extends [string, ...infer Rest extends string[]] ? ArgumentsOf<Rest> : [];

type Named2<A extends string, B extends string, T> = readonly [T, T] & { readonly [K in A | B]: T };

/** What a signature returns. */
export type Returned<S extends string> = S extends `${string} -> (${infer A} ${infer N}, ${infer B} ${infer M})`
  ? Named2<N, M, TypeOf<A> & TypeOf<B>>
  : S extends `${string} -> ${infer T}[]`
    ? TypeOf<T>[]
    : S extends `${string} -> ${infer T}`
      ? TypeOf<T>
      : never;
