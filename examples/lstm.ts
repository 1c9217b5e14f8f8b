// check: --steps 4 --every 2 --length 20
/**
 * A character-level LSTM learns to write like Newton: its state is all that it remembers of the text so far.
 *
 *     npx tsx examples/lstm.ts [--seed N] [--steps N] [--every N] [--length N] [--text PATH]
 */
import { nn, optim, type Tensor, torch } from "rushlight";
import { runScript } from "./lib/script.js";
import { readCorpus, settings, train } from "./lib/text.js";

const context = 64; // characters through which gradients flow back
const batch_size = 16;

type State = readonly [h: Tensor, c: Tensor];

class Writer extends nn.Module {
  tokens: nn.Embedding;
  lstm: nn.LSTM;
  head: nn.Linear;

  constructor(characters: number) {
    super();
    this.tokens = new nn.Embedding(characters, 32);
    this.lstm = new nn.LSTM(32, 128, { batch_first: true });
    this.head = new nn.Linear(128, characters);
  }

  /** Logits of the next character at every position, and the state after the last. */
  override forward(ids: Tensor, state: State | null = null): [logits: Tensor, state: State] {
    const [output, last] = this.lstm(this.tokens(ids), state);
    return [this.head(output), last];
  }

  /** `length` more characters, each drawn by the probabilities that the state gives it. */
  generate(start: Tensor, length: number): Tensor {
    const ids = [start];
    let state: State | null = null;
    for (let i = 0; i < length; i++) {
      const [logits, last]: [Tensor, State] = this.forward(ids[i], state);
      state = last;
      ids.push(torch.multinomial(logits.select(1, -1).softmax(-1), 1));
    }
    return torch.cat(ids, 1);
  }
}

runScript(() => {
  const given = settings();
  torch.manual_seed(given.seed);
  const corpus = readCorpus(given.text, context + 1);
  const { alphabet } = corpus;

  const model = new Writer(alphabet.characters.length);
  const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
  console.log(`${model.parameters().reduce((sum, p) => sum + p.numel(), 0)} parameters`);

  const course = {
    corpus,
    context,
    batch_size,
    predict: (ids: Tensor) => model(ids)[0],
    learn: (loss: Tensor) => {
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    },
  };
  train(course, given);

  const written = torch.no_grad(() => model.generate(alphabet.encode("\n").view(1, 1), given.length));
  console.log(alphabet.decode(written.select(0, 0)));
});
