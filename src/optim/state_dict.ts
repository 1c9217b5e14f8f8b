import { KeyError, ValueError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";
import { copyOf } from "./hyperparameter.js";
import type { ParamGroup, ParamState } from "./param_group.js";

/** A parameter group whose parameters are numbered instead. */
export interface PackedGroup {
  params: number[];
  [option: string]: unknown;
}

/** An optimizer's state in PyTorch's layout: parameters are numbered in the order of the groups. */
export interface OptimizerStateDict {
  /** What the optimizer remembers of each parameter (`step`, `exp_avg`, ...), by the parameter's number. */
  state: Record<string, ParamState>;
  param_groups: PackedGroup[];
}

/** The state dict of groups and state; it shares their tensors, as PyTorch's does. */
export function pack(
  groups: readonly ParamGroup[],
  state: ReadonlyMap<Tensor | string, ParamState>,
): OptimizerStateDict {
  const ids = new Map<Tensor | string, number>();
  let start = 0;
  const param_groups = groups.map(({ params, ...options }) => {
    for (const [i, param] of params.entries()) if (!ids.has(param)) ids.set(param, start + i);
    start += params.length;
    return { ...options, params: params.map((param) => ids.get(param)!) };
  });
  return {
    state: Object.fromEntries([...state].map(([key, value]) => [ids.get(key) ?? String(key), value])),
    param_groups,
  };
}

/**
 * Groups and state from a state dict: its options and numbers, the parameters of `groups`. Tensors are copied.
 *
 * @throws ValueError if the groups differ in number or size, KeyError if it is no state dict
 */
export function unpack(
  saved: OptimizerStateDict,
  groups: readonly ParamGroup[],
): { state: Map<Tensor | string, ParamState>; param_groups: ParamGroup[] } {
  for (const key of ["param_groups", "state"]) {
    if (!(key in saved))
      throw new KeyError(`'${key}'`, "An optimizer's state dict has the keys 'state' and 'param_groups'.");
  }
  checkSizes(saved.param_groups, groups);
  const owners = new Map<string, [param: Tensor, group: PackedGroup]>();
  const param_groups = saved.param_groups.map((group, g) => {
    const { params, param_names } = groups[g];
    group.params.forEach((id, i) => void owners.set(String(id), [params[i], group]));
    const loaded: ParamGroup = { ...(deepCopy(group) as ParamGroup), params };
    if (param_names) loaded.param_names ??= param_names;
    return loaded;
  });
  const state = new Map<Tensor | string, ParamState>();
  for (const [id, value] of Object.entries(saved.state)) {
    const [param, group] = owners.get(id) ?? [];
    // what belongs to no parameter is kept as it is
    if (param) state.set(param, fitted(value, param, group!) as ParamState);
    else state.set(id, value);
  }
  return { state, param_groups };
}

function checkSizes(saved: readonly PackedGroup[], groups: readonly ParamGroup[]): void {
  if (saved.length !== groups.length) {
    throw new ValueError(
      "loaded state dict has a different number of parameter groups",
      `It has ${saved.length}, the optimizer ${groups.length}. Build the optimizer with the groups it had when it was saved.`,
    );
  }
  saved.forEach((group, i) => {
    const [theirs, ours] = [group.params.length, groups[i].params.length];
    if (theirs === ours) return;
    throw new ValueError(
      "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
      `Group ${i} has ${theirs} parameters there and ${ours} here.`,
    );
  });
}

/** A copy of a state value, its tensors in the dtype of `param`; only `step` keeps its own. */
function fitted(value: unknown, param: Tensor, group: PackedGroup, key?: string): unknown {
  if (value instanceof Tensor) {
    if (key === "step") return group.fused ? value.detach().float().clone() : copyOf(value);
    return param.is_floating_point() ? value.detach().to(param.dtype, { copy: true }) : copyOf(value);
  }
  if (Array.isArray(value)) return value.map((v) => fitted(v, param, group));
  if (!isKeywords(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fitted(v, param, group, k)]));
}

function deepCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepCopy);
  if (!isKeywords(value)) return copyOf(value);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, deepCopy(v)]));
}
