"""examples/diabetes.ts in PyTorch -> test/fixtures/diabetes.json: what the example prints, for some seeds."""

import json
from pathlib import Path

import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def run(seed, epochs=40):
    d = load_diabetes(scaled=False)
    parts = train_test_split(d.data, d.target.reshape(-1, 1), test_size=0.2, random_state=0)
    X_scaler, y_scaler = StandardScaler(), StandardScaler()
    train = TensorDataset(torch.FloatTensor(X_scaler.fit_transform(parts[0])),
                          torch.FloatTensor(y_scaler.fit_transform(parts[2])))
    inputs = torch.FloatTensor(X_scaler.transform(parts[1]))
    targets = torch.FloatTensor(y_scaler.transform(parts[3]))
    torch.manual_seed(seed)
    loader = DataLoader(train, batch_size=32, shuffle=True)
    model = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 1))
    criterion = nn.MSELoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003, weight_decay=0.1)
    lines = []
    for epoch in range(1, epochs + 1):
        model.train()
        total = 0
        for x, t in loader:
            loss = criterion(model(x), t)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * x.size(0)
        if epoch % 10 == 0:
            lines.append(f"Epoch {epoch}, training loss: {total / len(train):.3f}")
    model.eval()
    with torch.no_grad():
        errors = model(inputs) - targets
        explained = 1 - errors.pow(2).sum().item() / (targets - targets.mean()).pow(2).sum().item()
        error = errors.pow(2).mean().sqrt().item() * y_scaler.scale_[0]
        lines.append(f"Test R^2: {explained:.3f}, root mean squared error: {error:.1f}")
    return {"seed": seed, "lines": lines}


torch.set_num_threads(1)
runs = [run(seed) for seed in (0, 1)]
path = Path(__file__).parents[2] / "test" / "fixtures" / "diabetes.json"
path.write_text(json.dumps(runs, indent=1) + "\n")
print(f"{path.name}: {len(runs)} runs")
