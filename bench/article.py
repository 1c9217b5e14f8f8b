"""The script of examples/breast-cancer.ts in PyTorch: the article's data, model and training, from start to accuracy.

    python article.py [--bare]

With --bare it does without pandas and scikit-learn: the same work, but less to import.
"""

import csv
import sys
from pathlib import Path

import torch
from torch import nn, optim
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

path = Path(__file__).parent.parent / "examples" / "data" / "breast-cancer.csv"

if "--bare" in sys.argv:
    with open(path, newline="") as file:
        _, *rows = csv.reader(file)
    X = torch.tensor([[float(cell) for cell in row[1:]] for row in rows], dtype=torch.float64)
    y = torch.tensor([float(row[0] == "M") for row in rows])
    order = torch.randperm(len(rows))
    test, train = order[:114], order[114:]
    mean, std = X[train].mean(0), X[train].std(0, unbiased=False)
    X_train_scaled, X_test_scaled = ((X[part] - mean) / std for part in (train, test))
    y_train, y_test = y[train], y[test]
else:
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import LabelEncoder, StandardScaler

    df = pd.read_csv(path)
    print(df.head())
    X = df.drop(columns="diagnosis").values
    y = LabelEncoder().fit_transform(df["diagnosis"])
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=2)
    scaler = StandardScaler()
    X_train_scaled, X_test_scaled = scaler.fit_transform(X_train), scaler.transform(X_test)

torch.manual_seed(42)
X_train_tensor, X_test_tensor = (torch.as_tensor(X, dtype=torch.float32) for X in (X_train_scaled, X_test_scaled))
y_train_tensor, y_test_tensor = (torch.as_tensor(y, dtype=torch.float32).view(-1, 1) for y in (y_train, y_test))
train_loader = DataLoader(TensorDataset(X_train_tensor, y_train_tensor), batch_size=32, shuffle=True)

model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizer = optim.Adam(model.parameters(), lr=0.001)
scheduler = lr_scheduler.StepLR(optimizer, step_size=20, gamma=0.5)

num_epochs = 50
for epoch in range(num_epochs):
    model.train()
    for inputs, targets in train_loader:
        loss = criterion(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scheduler.step()
    print(f"Epoch [{epoch + 1}/{num_epochs}], Loss: {loss.item()}, LR: {scheduler.get_last_lr()[0]}")

model.eval()
with torch.no_grad():
    predicted = (model(X_test_tensor) >= 0.5).float()
    accuracy = (predicted == y_test_tensor).float().mean()
    print(f"Test Accuracy: {accuracy.item()}")
