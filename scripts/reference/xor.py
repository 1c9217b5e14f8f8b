"""examples/xor.ts in PyTorch -> test/fixtures/xor.json: what the example prints, for some seeds."""

import json
from pathlib import Path

import torch
from torch import nn


def run(seed, epochs=300):
    torch.manual_seed(seed)
    X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    lines = []
    for epoch in range(1, epochs + 1):
        loss = criterion(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if epoch % 50 == 0:
            lines.append(f"Epoch {epoch}, Loss: {loss.item():.5f}")
    with torch.no_grad():
        for (a, b), p in zip(X.tolist(), torch.sigmoid(model(X)).flatten().tolist()):
            lines.append(f"{int(a)} xor {int(b)}: {p:.4f}")
    return {"seed": seed, "lines": lines}


torch.set_num_threads(1)
runs = [run(seed) for seed in (0, 1)]
path = Path(__file__).parents[2] / "test" / "fixtures" / "xor.json"
path.write_text(json.dumps(runs, indent=1) + "\n")
print(f"{path.name}: {len(runs)} runs")
