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
  T_0: [T_0: 0];
  T_max: [T_max: 0];
  T_mult: [T_mult: 0];
  _random_samples: [_random_samples: 0];
  a: [a: 0];
  adjust_lr_fn: [adjust_lr_fn: 0];
  align_corners: [align_corners: 0];
  alpha: [alpha: 0];
  amsgrad: [amsgrad: 0];
  anneal_epochs: [anneal_epochs: 0];
  anneal_strategy: [anneal_strategy: 0];
  antialias: [antialias: 0];
  approximate: [approximate: 0];
  avg_fn: [avg_fn: 0];
  b: [b: 0];
  base_lr: [base_lr: 0];
  base_momentum: [base_momentum: 0];
  batch1: [batch1: 0];
  batch2: [batch2: 0];
  batch_size: [batch_size: 0];
  beta2_decay: [beta2_decay: 0];
  beta: [beta: 0];
  betas: [betas: 0];
  bias: [bias: 0];
  by: [by: 0];
  capturable: [capturable: 0];
  ceil_mode: [ceil_mode: 0];
  centered: [centered: 0];
  chunks: [chunks: 0];
  closure: [closure: 0];
  condition: [condition: 0];
  cooldown: [cooldown: 0];
  correction: [correction: 0];
  count_include_pad: [count_include_pad: 0];
  cycle_momentum: [cycle_momentum: 0];
  d: [d: 0];
  dampening: [dampening: 0];
  dataset: [dataset: 0];
  decoupled_weight_decay: [decoupled_weight_decay: 0];
  delta: [delta: 0];
  descending: [descending: 0];
  device: [device: 0];
  diagonal: [diagonal: 0];
  differentiable: [differentiable: 0];
  dilation: [dilation: 0];
  dim0: [dim0: 0];
  dim1: [dim1: 0];
  dim: [dim: 0];
  dims: [dims: 0];
  div_factor: [div_factor: 0];
  divisor_override: [divisor_override: 0];
  downscale_factor: [downscale_factor: 0];
  dtype: [dtype: 0];
  edge: [edge: 0];
  end: [end: 0];
  end_dim: [end_dim: 0];
  end_factor: [end_factor: 0];
  epoch: [epoch: 0];
  epochs: [epochs: 0];
  eps: [eps: 0];
  equation: [equation: 0];
  eta_min: [eta_min: 0];
  etas: [etas: 0];
  exponent: [exponent: 0];
  factor: [factor: 0];
  fill_value: [fill_value: 0];
  final_div_factor: [final_div_factor: 0];
  foreach: [foreach: 0];
  fused: [fused: 0];
  gamma: [gamma: 0];
  generator: [generator: 0];
  grid: [grid: 0];
  group_by_input_shape: [group_by_input_shape: 0];
  group_by_input_shapes: [group_by_input_shapes: 0];
  group_by_overload_name: [group_by_overload_name: 0];
  group_by_stack_n: [group_by_stack_n: 0];
  groups: [groups: 0];
  header: [header: 0];
  high: [high: 0];
  history_size: [history_size: 0];
  ignore_index: [ignore_index: 0];
  in_channels: [in_channels: 0];
  in_features: [in_features: 0];
  index: [index: 0];
  indices: [indices: 0];
  initial_accumulator_value: [initial_accumulator_value: 0];
  inplace: [inplace: 0];
  input1: [input1: 0];
  input2: [input2: 0];
  input: [input: 0];
  interpolation_mode: [interpolation_mode: 0];
  k: [k: 0];
  keepdim: [keepdim: 0];
  kernel_size: [kernel_size: 0];
  label_smoothing: [label_smoothing: 0];
  lambd: [lambd: 0];
  largest: [largest: 0];
  last_epoch: [last_epoch: 0];
  length: [length: 0];
  line_search_fn: [line_search_fn: 0];
  log_target: [log_target: 0];
  low: [low: 0];
  lower: [lower: 0];
  lr: [lr: 0];
  lr_decay: [lr_decay: 0];
  lr_lambda: [lr_lambda: 0];
  mask: [mask: 0];
  mat1: [mat1: 0];
  mat2: [mat2: 0];
  mat: [mat: 0];
  matrices: [matrices: 0];
  max: [max: 0];
  max_eval: [max_eval: 0];
  max_iter: [max_iter: 0];
  max_lr: [max_lr: 0];
  max_momentum: [max_momentum: 0];
  max_name_column_width: [max_name_column_width: 0];
  max_shapes_column_width: [max_shapes_column_width: 0];
  max_src_column_width: [max_src_column_width: 0];
  max_val: [max_val: 0];
  maximize: [maximize: 0];
  mean: [mean: 0];
  metrics: [metrics: 0];
  milestones: [milestones: 0];
  min: [min: 0];
  min_lr: [min_lr: 0];
  min_val: [min_val: 0];
  mode: [mode: 0];
  model: [model: 0];
  momentum: [momentum: 0];
  momentum_decay: [momentum_decay: 0];
  multi_avg_fn: [multi_avg_fn: 0];
  n: [n: 0];
  nan: [nan: 0];
  negative_slope: [negative_slope: 0];
  neginf: [neginf: 0];
  nesterov: [nesterov: 0];
  norm_type: [norm_type: 0];
  ns_coefficients: [ns_coefficients: 0];
  ns_steps: [ns_steps: 0];
  num_classes: [num_classes: 0];
  operands: [operands: 0];
  optimizer: [optimizer: 0];
  other: [other: 0];
  out_channels: [out_channels: 0];
  out_features: [out_features: 0];
  output_padding: [output_padding: 0];
  output_ratio: [output_ratio: 0];
  output_size: [output_size: 0];
  p: [p: 0];
  pad: [pad: 0];
  padding: [padding: 0];
  padding_mode: [padding_mode: 0];
  params: [params: 0];
  patience: [patience: 0];
  pct_start: [pct_start: 0];
  pos_weight: [pos_weight: 0];
  posinf: [posinf: 0];
  power: [power: 0];
  recompute_scale_factor: [recompute_scale_factor: 0];
  reduce: [reduce: 0];
  reduction: [reduction: 0];
  repeats: [repeats: 0];
  return_indices: [return_indices: 0];
  reverse: [reverse: 0];
  rho: [rho: 0];
  rounding_mode: [rounding_mode: 0];
  row_limit: [row_limit: 0];
  scale: [scale: 0];
  scale_factor: [scale_factor: 0];
  scale_fn: [scale_fn: 0];
  scale_mode: [scale_mode: 0];
  schedulers: [schedulers: 0];
  self: [self: 0];
  set_to_none: [set_to_none: 0];
  shape: [shape: 0];
  shifts: [shifts: 0];
  shuffle: [shuffle: 0];
  size: [size: 0];
  size_average: [size_average: 0];
  sort_by: [sort_by: 0];
  sorted: [sorted: 0];
  source: [source: 0];
  split_size: [split_size: 0];
  src: [src: 0];
  stable: [stable: 0];
  start: [start: 0];
  start_dim: [start_dim: 0];
  start_factor: [start_factor: 0];
  std: [std: 0];
  step: [step: 0];
  step_size: [step_size: 0];
  step_size_down: [step_size_down: 0];
  step_size_up: [step_size_up: 0];
  step_sizes: [step_sizes: 0];
  steps: [steps: 0];
  steps_per_epoch: [steps_per_epoch: 0];
  storage_offset: [storage_offset: 0];
  stride: [stride: 0];
  swa_lr: [swa_lr: 0];
  t0: [t0: 0];
  target: [target: 0];
  tensor: [tensor: 0];
  tensors: [tensors: 0];
  theta: [theta: 0];
  three_phase: [three_phase: 0];
  threshold: [threshold: 0];
  threshold_mode: [threshold_mode: 0];
  time_unit: [time_unit: 0];
  tolerance_change: [tolerance_change: 0];
  tolerance_grad: [tolerance_grad: 0];
  top_level_events_only: [top_level_events_only: 0];
  total_iters: [total_iters: 0];
  total_steps: [total_steps: 0];
  training: [training: 0];
  transposed: [transposed: 0];
  unbiased: [unbiased: 0];
  upper: [upper: 0];
  upscale_factor: [upscale_factor: 0];
  use_buffers: [use_buffers: 0];
  value: [value: 0];
  values: [values: 0];
  vec1: [vec1: 0];
  vec2: [vec2: 0];
  vec: [vec: 0];
  weight: [weight: 0];
  weight_decay: [weight_decay: 0];
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
