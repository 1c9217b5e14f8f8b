import { KeyError, ValueError } from "../python/errors.js";
import { pythonFloat, pythonRepr } from "../python/repr.js";
import { isKeywords, pythonTypeOf, registerType } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { Tensor } from "../tensor/index.js";
import { type Hyperparameter, isHyperparameter } from "./hyperparameter.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Params: Params;
  }
}
// the checks below speak PyTorch's words
registerType("Params", () => true);

/** What an optimizer takes: parameters, `[name, parameter]` pairs (`model.named_parameters()`), or groups of either. */
export type Params = ParamList | Iterable<ParamGroupInput>;
type ParamList = Iterable<Tensor> | Iterable<readonly [name: string, param: Tensor]>;

/** Parameters with options of their own; options left out are those of the optimizer. */
export interface ParamGroupInput {
  params: Tensor | ParamList;
  lr?: Hyperparameter;
  [option: string]: unknown;
}

/** Parameters that share their options, as an entry of `optimizer.param_groups`. Options may be changed at any time. */
export interface ParamGroup {
  params: Tensor[];
  /** The parameters' names, if the optimizer was given `named_parameters()`. */
  param_names?: string[];
  lr: Hyperparameter;
  /** The learning rate from which a scheduler started. */
  initial_lr?: Hyperparameter;
  [option: string]: unknown;
}

/** What an optimizer remembers of one parameter. */
export type ParamState = Record<string, unknown>;

/** Stands in `defaults` for an option that has no default: every group must give it. */
export const required = Symbol("<required parameter>");

/**
 * Makes a group of what the user gave, in place as PyTorch does: parameters and names in lists, options filled in.
 *
 * @throws TypeError or ValueError, in PyTorch's words, for what cannot be optimized
 */
export function completeGroup(given: unknown, defaults: Readonly<Record<string, unknown>>): ParamGroup {
  if (!isKeywords(given)) {
    const type = given instanceof Tensor ? "torch.Tensor" : pythonTypeOf(given);
    throw new TypeError(`param_group must be a dict, but got <class '${type}'>`);
  }
  if (!("params" in given))
    throw new KeyError("'params'", "A parameter group is an object { params: [...], lr: 0.1, ... }.");
  const group = given as ParamGroup;
  Object.assign(group, namesAndParams(given.params));
  for (const param of group.params) checkOptimizable(param, defaults.differentiable === true);
  for (const [name, value] of Object.entries(defaults)) {
    if (!(name in group)) {
      if (value === required) {
        throw new ValueError(`parameter group didn't specify a value of required optimization parameter ${name}`);
      }
      group[name] = value;
    }
    checkOption(name, group[name], value);
  }
  if (new Set(group.params).size < group.params.length) {
    warn(
      "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; see github.com/pytorch/pytorch/issues/40967 for more information",
    );
  }
  return group;
}

/** Gives a group the options that it lacks. */
export function setDefaults(group: ParamGroup, options: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(options)) if (!(name in group)) group[name] = options[name];
}

function namesAndParams(given: unknown): { params: Tensor[]; param_names?: string[] } {
  if (given instanceof Set) {
    throw new TypeError(
      "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will change between runs. Please use a list instead.",
    );
  }
  const items: readonly unknown[] = given instanceof Tensor ? [given] : listOf(given);
  const names = items.filter(isNamed).map(([name]) => name);
  const params = items.map((item) => (isNamed(item) ? item[1] : item)) as Tensor[];
  if (names.length === 0) return { params };
  if (names.length < params.length) {
    throw new ValueError("all optimizer params should be with/without names. Some param names are missing");
  }
  return { params, param_names: names };
}

const isNamed = (item: unknown): item is [string, unknown] =>
  Array.isArray(item) && item.length === 2 && typeof item[0] === "string";

/** The elements of an iterable. */
export function listOf(given: unknown): unknown[] {
  if (typeof given === "object" && given !== null && Symbol.iterator in given) return [...(given as Iterable<unknown>)];
  throw new TypeError(`'${pythonTypeOf(given)}' object is not iterable`);
}

function checkOptimizable(param: unknown, differentiable: boolean): void {
  if (!(param instanceof Tensor)) {
    throw new TypeError(`optimizer can only optimize Tensors, but one of the params is ${pythonTypeOf(param)}`);
  }
  if (differentiable || param.is_leaf || param.retains_grad) return;
  throw new ValueError(
    "can't optimize a non-leaf Tensor",
    `This one was computed by ${param.grad_fn!.name()}. Optimize the parameters it was computed from, or x.detach().requires_grad_().`,
  );
}

/** An option of a group must be of the kind of its default, and no NaN. */
function checkOption(name: string, value: unknown, fallback: unknown): void {
  if (typeof fallback === "number" && !isHyperparameter(value)) {
    throw new TypeError(`parameter group's '${name}' must be a number or a Tensor, not ${pythonTypeOf(value)}`);
  }
  const numbers = Array.isArray(value) ? value : [value];
  if (numbers.some(Number.isNaN)) throw new ValueError(`Invalid ${name}: ${pythonRepr(value, { tuple: true })}`);
}

/** @throws ValueError if `group` shares a parameter with `others`, or has names where they have none */
export function checkBeside(group: ParamGroup, others: readonly ParamGroup[]): void {
  const taken = new Set(others.flatMap((other) => other.params));
  const named = "param_names" in group;
  if (others.some((other) => "param_names" in other !== named)) {
    throw new ValueError(
      `all optimizer param groups should be with/without names. cannot add param group ${named ? "with" : "without"} names to the optimizer`,
    );
  }
  if (group.params.some((param) => taken.has(param))) {
    throw new ValueError("some parameters appear in more than one parameter group");
  }
}

/** PyTorch's text of a group: its options in alphabetical order; the numbers of `floats` print as Python's floats. */
export function formatGroup(group: ParamGroup, floats: readonly string[]): string {
  return Object.keys(group)
    .filter((name) => name !== "params")
    .sort()
    .map((name) => `    ${name}: ${formatOption(name, group[name], floats.includes(name))}\n`)
    .join("");
}

function formatOption(name: string, value: unknown, float: boolean): string {
  if (value instanceof Tensor) return value.dim() === 0 ? pythonFloat(value.item()) : String(value);
  if (typeof value === "string") return value;
  if (!float) return pythonRepr(value, { tuple: name !== "param_names" });
  return Array.isArray(value) ? `(${value.map(formatFloat).join(", ")})` : formatFloat(value);
}

const formatFloat = (x: unknown): string => (typeof x === "number" ? pythonFloat(x) : String(x));
