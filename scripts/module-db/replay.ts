import { type nn, Tensor, torch } from "../../src/index.js";
import { dtypes } from "../../src/tensor/dtype.js";
import { difference, tensorsIn } from "../op-db/compare.js";
import { decode, decodeTensor, type EncodedTensor, Missing, made, NotTranslatable } from "../op-db/entry.js";
import type { Answer, Sample } from "./sample.js";

/** The seed under which PyTorch made and called each module. */
const SEED = 42;

type Called = (...args: unknown[]) => unknown;
type Tensors = Readonly<Record<string, Tensor>>;

/** What differs first between our answer and PyTorch's, or null. */
export function sampleDifference(name: string, sample: Sample): string | null {
  const before = torch.get_default_dtype();
  torch.set_default_dtype(dtypes[sample.default_dtype]!);
  try {
    return "error" in sample ? errorDifference(name, sample) : answerDifference(name, sample, sample);
  } finally {
    torch.set_default_dtype(before);
  }
}

function errorDifference(name: string, sample: Sample & { error: { type: string; message: string } }): string | null {
  const { type, message } = sample.error;
  const expected = `${type}: ${message.split("\n")[0]}`;
  if (/got:? float$/.test(message) && /"float":"-?\d+\.0"/.test(JSON.stringify(sample.construct))) {
    throw new NotTranslatable("JavaScript cannot tell 1.0 from 1");
  }
  try {
    const tensors = inputsOf(sample);
    const module = build(name, sample, tensors);
    module(...argumentsOf(sample.call, tensors));
  } catch (error) {
    if (error instanceof Missing) throw error;
    const said = `${(error as Error).name}: ${(error as Error).message.split("\n")[0]}`;
    return said === expected ? null : `error is ${said}, not ${expected}`;
  }
  return `no error, not ${expected}`;
}

function answerDifference(name: string, sample: Sample, answer: Answer): string | null {
  const tensors = inputsOf(sample);
  const module = build(name, sample, tensors);
  const isModule = module instanceof torch.nn.Module;
  if (isModule) {
    const found = constructionDifference(module, answer);
    if (found) return found;
    if (answer.loaded) module.load_state_dict(decodeAll(answer.loaded));
  }
  torch.manual_seed(SEED);
  const given = argumentsOf(sample.call, answer.cloned ? tensors.map((t) => t.clone()) : tensors);
  const output = module(...given);
  const expected = { single: decode(answer.output, tensors), exact: decode(answer.exact?.output, tensors) };
  return (
    difference(output, expected) ??
    gradientDifference(answer, tensors, output, isModule ? Object.fromEntries(module.named_parameters()) : {}) ??
    (isModule
      ? stateDifference("buffer after the call", Object.fromEntries(module.named_buffers()), answer.after)
      : null)
  );
}

function inputsOf({ tensors }: Sample): Tensor[] {
  return tensors.map((t) => {
    const tensor = decodeTensor(t);
    return t.requires_grad ? tensor.requires_grad_() : tensor;
  });
}

function argumentsOf({ args, kwargs }: Sample["call"], tensors: readonly Tensor[]): unknown[] {
  const positional = args.map((v) => decode(v, tensors));
  // a forward of one parameter takes it by position
  if (Object.keys(kwargs).join() === "input") return [decode(kwargs.input, tensors)];
  return Object.keys(kwargs).length > 0 ? [...positional, decode({ dict: kwargs }, tensors)] : positional;
}

/** The module, or the function for `nn.functional.name`. */
function build(name: string, sample: Sample, tensors: readonly Tensor[]): Called {
  const functional = /^nn\.functional\.(.*)$/.exec(name)?.[1];
  if (functional !== undefined) {
    const called = torch.nn.functional[functional as keyof typeof torch.nn.functional];
    if (!called) throw new Missing(name);
    return called as Called;
  }
  const className = name.slice("nn.".length);
  if (!(className in torch.nn)) throw new Missing(name);
  torch.manual_seed(SEED);
  const { args, kwargs } = sample.construct;
  const module = made(
    className,
    // a slip of the table: it gives cells a nonlinearity in the place of bias, where Python takes any text for True
    args.map((v, i) =>
      /^(RNN|GRU)Cell$/.test(className) && i === 2 && typeof v === "string" ? true : decode(v, tensors),
    ),
    decode({ dict: kwargs }, tensors) as Record<string, unknown>,
  ) as nn.Module;
  return module.to(dtypes[sample.dtype]!).train(sample.training);
}

const decodeAll = (state: Readonly<Record<string, EncodedTensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(state).map(([name, t]) => [name, decodeTensor(t)]));

function constructionDifference(module: nn.Module, { initial, repr }: Answer): string | null {
  // JavaScript cannot tell 1.0 from 1, nor a shape from a tuple
  const loosely = (text: string) => text.replace(/(\d)\.0\b/g, "$1").replace(/torch\.Size\(\[(.*?)\]\)/g, "($1)");
  if (loosely(String(module)) !== loosely(repr)) return `prints ${String(module)}, not ${repr}`;
  return initial && stateDifference("initial", module.state_dict(), initial);
}

function stateDifference(
  place: string,
  ours: Tensors,
  expected: Readonly<Record<string, EncodedTensor>>,
): string | null {
  const [has, wants] = [Object.keys(ours).join(", "), Object.keys(expected).join(", ")];
  if (has !== wants) return `${place} names are ${has || "none"}, not ${wants || "none"}`;
  for (const [name, tensor] of Object.entries(expected)) {
    const found = difference(ours[name], { single: decodeTensor(tensor) }, `${place} ${name}`);
    if (found) return found;
  }
  return null;
}

function gradientDifference(
  { grads, exact }: Answer,
  tensors: readonly Tensor[],
  output: unknown,
  parameters: Tensors,
): string | null {
  if (!grads) return null;
  const outputs = tensorsIn(output);
  for (const [i] of grads.of) if (!outputs[i].requires_grad) return `output ${i} requires no gradient`;
  const expected = [
    ...grads.to.map(([i, grad], k) => ({ to: tensors[i], grad, exact: exact?.to[k], place: `tensor ${i}` })),
    ...Object.entries(grads.parameters).map(([name, grad]) => ({
      to: parameters[name],
      grad,
      exact: exact?.parameters[name],
      place: name,
    })),
  ];
  const missing = expected.find(({ to }) => !(to instanceof Tensor));
  if (missing) return `there is no parameter ${missing.place}`;
  const arrived = torch.autograd.grad(
    grads.of.map(([i]) => outputs[i]),
    expected.map(({ to }) => to),
    { grad_outputs: grads.of.map(([, grad]) => decodeTensor(grad)), allow_unused: true },
  );
  for (const [k, { grad, exact, place }] of expected.entries()) {
    const found = difference(
      arrived[k],
      { single: grad && decodeTensor(grad), exact: exact && decodeTensor(exact) },
      `gradient of ${place}`,
    );
    if (found) return found;
  }
  return null;
}
