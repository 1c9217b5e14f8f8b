import { withHelp } from "./errors.js";
import { places } from "./list.js";
import type { Arguments, Bound, Named, Returned } from "./signature-types.js";

/** One parameter of a signature. */
export interface Parameter {
  readonly name: string;
  /** As written: `Tensor`, `int[]?`, `Tensor|Scalar`, ... */
  readonly type: string;
  readonly required: boolean;
  readonly default: unknown;
  /** Takes any number of positional arguments, or one array. */
  readonly variadic: boolean;
}

type Check = (value: unknown) => boolean;

/** Run-time counterparts of the vocabulary in `signature-types.ts`: does a value have the named type? */
const checks: Record<string, Check> = {
  int: (v) => typeof v === "number" && Number.isInteger(v),
  float: (v) => typeof v === "number",
  bool: (v) => typeof v === "boolean",
  str: (v) => typeof v === "string",
  Scalar: (v) => typeof v === "number" || typeof v === "boolean",
  Callable: (v) => typeof v === "function",
  any: () => true,
};

/** Teaches signatures a type name of another module: `registerType("Params", (v) => Array.isArray(v))`. */
export function registerType(name: string, check: Check): void {
  checks[name] = check;
}

/*
 * The kinds of values that most arguments have, as bits: whether a value fits its parameter is then one AND. What has no
 * bit, or the wrong one, goes through the checks.
 */
const NULL = 1;
const INT = 2;
const FLOAT = 4;
const BOOL = 8;
const STR = 16;
let nextKind = 32;
const kinds: Record<string, number> = {
  int: INT,
  float: INT | FLOAT,
  Scalar: INT | FLOAT | BOOL,
  bool: BOOL,
  str: STR,
};
const KIND = Symbol("kind");

/** Teaches signatures the name of a class, whose instances are then known by their kind. */
export function registerClass(name: string, type: abstract new (...args: never) => unknown): void {
  registerType(name, (v) => v instanceof type);
  kinds[name] = nextKind;
  Object.defineProperty(type.prototype, KIND, { value: nextKind });
  nextKind *= 2;
}

function kindOf(value: unknown): number {
  if (typeof value === "number") return Number.isInteger(value) ? INT : FLOAT;
  if (typeof value === "object") return value === null ? NULL : ((value as { [KIND]?: number })[KIND] ?? 0);
  return typeof value === "boolean" ? BOOL : typeof value === "string" ? STR : 0;
}

/** The kinds that fit a type; one that is registered later is known from then on by its check alone. */
function kindsOf(type: string): number {
  if (type.endsWith("?")) return NULL | kindsOf(type.slice(0, -1));
  return type.split("|").reduce((all, name) => all | (kinds[name.replace("[]", "")] ?? 0), 0);
}

/** Is `value` a plain object, that is, keyword arguments? */
export function isKeywords(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A function's parameters, read from PyTorch's schema language, and the one rule by which Python's calls become
 * TypeScript's: positional arguments in PyTorch's order, then at most one plain object that gives parameters by name.
 *
 * @example
 * const s = new Signature("sum(Tensor self, int[]? dim=None, bool keepdim=False)");
 * s.bind([x, { keepdim: true }]); // [x, null, true]
 */
export class Signature<const S extends string> {
  private reading: Reading | null = null;

  constructor(readonly text: S) {}

  /** What the text says; it is read at the first use, for a program uses few of all functions. */
  private get read(): Reading {
    this.reading ??= readSignature(this.text);
    return this.reading;
  }

  get name(): string {
    return this.read.name;
  }

  get parameters(): readonly Parameter[] {
    return this.read.parameters;
  }

  /** How many parameters may be given by position. */
  get positional(): number {
    return this.read.positional;
  }

  get variadic(): boolean {
    return this.read.variadic;
  }

  /** A class of Python reports its own arguments as `Name.__init__()`. */
  private get spoken(): string {
    const { name } = this.read;
    return /^[A-Z]/.test(name) ? `${name}.__init__` : name;
  }

  /**
   * The arguments of a call in the order of the parameters, defaults filled in and types checked.
   *
   * @param args what the caller wrote; a method puts its object first and says so with `bound`
   * @param bound how many leading arguments the caller did not write (1 for a method), for counting in messages
   * @throws TypeError for a missing, surplus, unknown, doubled or wrongly typed argument, in PyTorch's words
   */
  bind(args: readonly unknown[], bound = 0): Bound<S> {
    if (!this.inOrder(args, bound)) return this.complete(this.arrange(args, bound), bound);
    const values = places(this.read.parameters.length);
    for (let i = 0; i < args.length; i++) values[i] = args[i];
    return this.complete(values, bound);
  }

  /** {@link bind} for a method, of the object `self`. */
  bindMethod(self: unknown, args: readonly unknown[]): Bound<S> {
    if (!this.inOrder(args, 0, 1)) return this.bind([self, ...args], 1);
    const values = places(this.read.parameters.length);
    values[0] = self;
    for (let i = 0; i < args.length; i++) values[i + 1] = args[i];
    return this.complete(values, 1);
  }

  /** Are the arguments, after `before` others, positional ones and stand each for one parameter? */
  private inOrder(args: readonly unknown[], bound: number, before = 0): boolean {
    const given = args.length;
    const { variadic, positional } = this.read;
    if (variadic || given + before > positional) return false;
    if (given === bound) return true;
    const last = args[given - 1];
    return kindOf(last) !== 0 || !isKeywords(last);
  }

  /** Fills in the defaults and checks the types. */
  private complete(values: unknown[], bound: number): Bound<S> {
    const { parameters, checks, kinds } = this.read;
    for (let i = 0; i < parameters.length; i++) {
      const value = values[i];
      if (value === undefined) {
        if (parameters[i].required) this.missing(values);
        values[i] = parameters[i].default;
      } else if ((kinds[i] & kindOf(value)) === 0 && !checks[i](value)) this.mistyped(i, value, bound);
    }
    return values as Bound<S>;
  }

  /** {@link bind}, the values by name. */
  bindNamed(args: readonly unknown[]): Named<S> {
    const values: readonly unknown[] = this.bind(args);
    return Object.fromEntries(this.parameters.map(({ name }, i) => [name, values[i]])) as Named<S>;
  }

  /** Keyword arguments in their places, and variadic ones in one array. */
  private arrange(args: readonly unknown[], bound: number): unknown[] {
    const last = args.length > bound ? args[args.length - 1] : undefined;
    const keywords = isKeywords(last) ? last : undefined;
    const given = keywords ? args.slice(0, -1) : args;
    const values = this.variadic ? this.gather(given, bound) : given.slice();
    if (values.length > this.positional) {
      const n = this.positional - bound;
      const surplus = values.length - bound;
      throw new TypeError(
        `${this.spoken}() takes ${n} positional argument${n === 1 ? "" : "s"} but ${surplus} ${surplus === 1 ? "was" : "were"} given`,
      );
    }
    if (keywords) this.spread(keywords, values);
    return values;
  }

  /** Would {@link bind} accept these arguments? For choosing among overloads. */
  accepts(args: readonly unknown[], bound = 0): boolean {
    try {
      this.bind(args, bound);
      return true;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }

  /** Any number of positional values, or one array of them, become the one array that the parameter holds. */
  private gather(given: readonly unknown[], bound: number): unknown[] {
    const at = this.parameters.findIndex((p) => p.variadic);
    if (given.length <= at) return given.slice();
    const first = given[at];
    if (Array.isArray(first)) return given.slice();
    const fixed = given.slice(0, at);
    const rest = given.slice(at);
    const check = this.read.checks[at];
    if (!check(rest)) this.mistyped(at, check([rest[0]]) ? rest : rest[0], bound);
    return [...fixed, rest];
  }

  private spread(keywords: Record<string, unknown>, values: unknown[]): void {
    for (const name of Object.keys(keywords)) {
      const i = this.parameters.findIndex((p) => p.name === name);
      if (i < 0) {
        throw new TypeError(
          withHelp(
            `${this.spoken}() got an unexpected keyword argument '${name}'`,
            name === "out"
              ? "out is not supported: a result is a tensor of its own. The form with '_' writes over its first argument."
              : `${this.name} knows these: ${this.parameters.map((p) => p.name).join(", ")}.`,
          ),
        );
      }
      if (values[i] !== undefined) throw new TypeError(`${this.spoken}() got multiple values for argument '${name}'`);
      const value = keywords[name];
      values[i] = this.parameters[i].variadic && !Array.isArray(value) ? [value] : value;
    }
  }

  private missing(values: readonly unknown[]): never {
    const names = this.parameters.filter((p, i) => p.required && values[i] === undefined).map((p) => p.name);
    const listed =
      this.spoken === this.name ? names.map((n) => `"${n}"`).join(", ") : names.map((n) => `'${n}'`).join(" and ");
    const plural = this.spoken === this.name || names.length > 1 ? "s" : "";
    throw new TypeError(
      withHelp(
        `${this.spoken}() missing ${names.length} required positional argument${plural}: ${listed}`,
        `The signature is ${this.text}.`,
      ),
    );
  }

  private mistyped(i: number, value: unknown, bound: number): never {
    const p = this.parameters[i];
    const place = i < this.positional ? ` (position ${i + 1 - bound})` : "";
    const wanted = pythonType(p.type);
    const bad = Array.isArray(value) ? value.findIndex((v) => !this.read.checks[i]([v])) : -1;
    let complaint = `${place} must be ${wanted}, not ${pythonTypeOf(value)}`;
    if (wanted === "tuple of ints" && bad >= 0) {
      const found = pythonTypeOf((value as unknown[])[bad]);
      complaint =
        bad === 0
          ? `${place} must be ${wanted}, but found element of type ${found} at pos 0`
          : ` failed to unpack the object at pos ${bad + 1} with error "type must be ${wanted},but got ${found}"`;
    }
    throw new TypeError(
      withHelp(`${this.spoken}(): argument '${p.name}'${complaint}`, `The signature is ${this.text}.`),
    );
  }
}

/** A signature's text, read. */
interface Reading {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly positional: number;
  readonly variadic: boolean;
  readonly checks: readonly Check[];
  readonly kinds: readonly number[];
}

function readSignature(text: string): Reading {
  const match = /^(?:[\w.]+::)?(\w+)(?:\.\w+|\[_\])?\((.*?)\)(?: -> .*)?$/s.exec(text);
  if (!match) throw new SyntaxError(`not a signature: ${text}`);
  const parts = match[2] === "" ? [] : match[2].split(", ");
  const star = parts.indexOf("*");
  const parameters = parts.filter((p) => p !== "*").map(parseParameter);
  return {
    name: match[1],
    parameters,
    positional: star < 0 ? parts.length : star,
    variadic: parameters.some((p) => p.variadic),
    checks: parameters.map((p) => checkFor(p.type)),
    kinds: parameters.map((p) => kindsOf(p.type)),
  };
}

function parseParameter(text: string): Parameter {
  const [declaration, value] = text.split("=", 2) as [string, string | undefined];
  const space = declaration.lastIndexOf(" ");
  const type = declaration.slice(0, space);
  return {
    name: declaration.slice(space + 1),
    type: type.replace("...", "[]"),
    required: value === undefined,
    default: value === undefined ? undefined : parseDefault(value),
    variadic: type.endsWith("..."),
  };
}

function parseDefault(text: string): unknown {
  const words: Record<string, unknown> = { None: null, True: true, False: false, inf: Infinity, nan: NaN };
  if (text in words) return words[text];
  if (text.startsWith("'")) return text.slice(1, -1);
  return JSON.parse(text);
}

function checkFor(type: string): Check {
  if (type.endsWith("?")) {
    const inner = checkFor(type.slice(0, -1));
    return (v) => v === null || inner(v);
  }
  if (type.includes("|")) {
    const inner = type.split("|").map(checkFor);
    return (v) => inner.some((check) => check(v));
  }
  if (type.endsWith("[]")) {
    const inner = checkFor(type.slice(0, -2));
    return (v) => (Array.isArray(v) ? v.every(inner) : inner(v));
  }
  if (type.startsWith("'")) return (v) => v === type.slice(1, -1);
  // looked up at the first call: a type may be registered after the signature was read
  let check: Check | undefined;
  return (v) => {
    check ??= checks[type];
    return check(v);
  };
}

function pythonType(type: string): string {
  const names: Record<string, string> = {
    Scalar: "Number",
    "int[]": "tuple of ints",
    "Tensor[]": "tuple of Tensors",
    ScalarType: "torch.dtype",
  };
  const bare = type.replace(/\?$/, "");
  return bare
    .split("|")
    .map((t) => names[t] ?? t)
    .join(" or ");
}

/** The name Python would give to the type of a value. */
export function pythonTypeOf(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (Array.isArray(value)) return "list";
  if (isKeywords(value)) return "dict";
  return (value as object).constructor?.name ?? typeof value;
}

/**
 * A function with the signature `text`, called by the rule of {@link Signature.bind}.
 *
 * @example
 * export const eye = define("eye(int n, int? m=None) -> Tensor", (n, m) => ...);
 */
export function define<const S extends string>(
  text: S,
  body: (...args: Bound<S>) => Returned<S>,
): (...args: Arguments<S>) => Returned<S> {
  const signature = new Signature(text);
  return (...args) => body(...signature.bind(args));
}
