"""Changing tensors in place, with and without gradients."""

x = torch.ones(2, 3)
x += 1
x *= torch.arange(3)
print(x)
x.add_(torch.ones(2, 2))
x.add_(torch.ones(4, 2, 3))
i = torch.arange(3)
i += 0.5
i /= 2
i //= 2
print(i)
i.mul_(2.5)
b = torch.tensor([True, False])
b += 1
b |= torch.tensor([False, True])
print(b)
b &= False
print(b)
w = torch.ones(3, requires_grad=True)
w += 1
w[0] = 5
w.zero_()
w.view(-1).mul_(2)
with torch.no_grad():
    w -= 0.1
print(w)
y = w * w
y[0] = 0
print(y)
y.sum().backward()
print(w.grad)
w.grad.zero_()
print(w.grad)
z = w.exp()
z += 1
z.sum().backward()
u = w.sigmoid()
u[1] = 0
u.sum().backward()
v = w * 2
v += 1
v.sum().backward()
print(w.grad)
v.sum().backward()
w.grad = None
print(w.grad)
t = (w * 2).relu_()
print(t)
print(t.clamp_(min=0.5, max=1))
print(t.fill_(3))
print(t.copy_(torch.tensor([1, 2, 3])))
print(t.detach().fill_(0), t)
q = torch.zeros(3).expand(2, 3)
q += 1
q[0] = 1
print(torch.zeros(2).index_fill_(0, torch.tensor([1]), 5))
print(torch.zeros(3).masked_fill_(torch.tensor([True, False, True]), 2))
print(torch.arange(6.0).view(2, 3).t_())
print(torch.ones(3).sub_(1).cos_().neg_())
print(torch.ones(2, 2).fill_(torch.tensor([1.0, 2.0])))
print(torch.tensor([3, 1, 2]).sqrt_())
print(torch.ones(2, dtype=torch.int64).div_(2))
w.data.fill_(7)
print(w)
w.requires_grad_(False)
print(w)
torch.arange(3).requires_grad_()
(w * 2).requires_grad = False
n = torch.ones(2, requires_grad=True) * 2
n.requires_grad_(False)
n.detach_()
print(n, n.is_leaf)
