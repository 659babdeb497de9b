# One training step of a Llama-family model with a rank-stabilised LoRA adapter: forward, backward,
# gradient norms, clipping and AdamW in one call. TorchScript: kept as text, wrapped into an archive by
# TorchScriptArchive and run by RsLoraModel; the attributes below are filled in there.
#
# Rows, not rectangles: the examples of a micro-batch follow one another as token rows [rows, hidden],
# without padding. Only attention and positions look at single examples.
#
# frozen:  per layer input norm [hidden], q, k, v, o [out, in], post-attention norm [hidden], gate, up,
#          down [out, in]; then embedding [vocabulary, hidden], final norm [hidden], head
#          [vocabulary, hidden], cosines and sines of the rotary embedding [positions, head_dim / 2]
# adapter: per layer and adapted projection A [rank, in], B [out, rank]
# mean, square: AdamW's moments, shaped like adapter; updates: how often they were updated, a scalar
class RsLoraStep(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  hidden : int
  heads : int
  key_value_heads : int
  head_dim : int
  epsilon : float
  gamma : float
  gradient_clip : float
  weight_decay : float
  adapted : int
  slots : List[int]

  # Root mean square norm over the last dimension.
  def norm(self, x: Tensor, gain: Tensor) -> Tensor:
    return torch.rms_norm(x, [self.hidden], gain, self.epsilon)

  # y = x W' + gamma (x A') B' for projection p (0 to 6: q, k, v, o, gate, up, down) of a layer.
  def linear(self, x: Tensor, frozen: List[Tensor], adapter: List[Tensor], layer: int, p: int) -> Tensor:
    w = 9 * layer + p + 1
    if p > 3:
      w = w + 1
    else:
      pass
    y = torch.linear(x, frozen[w])
    slot = self.slots[p]
    if slot >= 0:
      a = 2 * (layer * self.adapted + slot)
      y = torch.addmm(y, torch.linear(x, adapter[a]), torch.t(adapter[a + 1]), alpha=self.gamma)
    else:
      pass
    return y

  # Rotary position embedding of x [rows, heads, head_dim]; cos, sin [rows, 1, head_dim / 2].
  def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = self.head_dim // 2
    a = x[..., :half]
    b = x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

  # Causal attention, example by example. q [rows, heads, head_dim], k and v [rows, key_value_heads,
  # head_dim]; keys and values are repeated, as enable_gqa would miss the flash kernel on a CPU.
  def attention(self, q: Tensor, k: Tensor, v: Tensor, lengths: List[int]) -> Tensor:
    groups = self.heads // self.key_value_heads
    qs = torch.split_with_sizes(q.transpose(0, 1).unsqueeze(0), lengths, 2)
    ks = torch.split_with_sizes(torch.repeat_interleave(k, groups, 1).transpose(0, 1).unsqueeze(0), lengths, 2)
    vs = torch.split_with_sizes(torch.repeat_interleave(v, groups, 1).transpose(0, 1).unsqueeze(0), lengths, 2)
    outputs = annotate(List[Tensor], [])
    for i in range(len(lengths)):
      o = torch.scaled_dot_product_attention(qs[i], ks[i], vs[i], None, 0.0, True)
      outputs.append(o.squeeze(0).transpose(0, 1).reshape(lengths[i], self.heads * self.head_dim))
    return torch.cat(outputs, 0)

  # One decoder layer: x [rows, hidden] to [rows, hidden].
  def layer(self, x: Tensor, cos: Tensor, sin: Tensor, lengths: List[int], frozen: List[Tensor], adapter: List[Tensor], i: int) -> Tensor:
    h = self.norm(x, frozen[9 * i])
    q = self.linear(h, frozen, adapter, i, 0).view(-1, self.heads, self.head_dim)
    k = self.linear(h, frozen, adapter, i, 1).view(-1, self.key_value_heads, self.head_dim)
    v = self.linear(h, frozen, adapter, i, 2).view(-1, self.key_value_heads, self.head_dim)
    o = self.attention(self.rotate(q, cos, sin), self.rotate(k, cos, sin), v, lengths)
    x = x + self.linear(o, frozen, adapter, i, 3)
    h = self.norm(x, frozen[9 * i + 5])
    gate = torch.silu(self.linear(h, frozen, adapter, i, 4))
    return x + self.linear(gate * self.linear(h, frozen, adapter, i, 5), frozen, adapter, i, 6)

  # Logits [targets, vocabulary] of the rows that predict a target token, and only of those.
  def logits(self, ids: Tensor, positions: Tensor, lengths: Tensor, active: Tensor, frozen: List[Tensor], adapter: List[Tensor]) -> Tensor:
    tail = 9 * self.layers
    sizes = annotate(List[int], lengths.tolist())
    cos = torch.index_select(frozen[tail + 3], 0, positions).unsqueeze(1)
    sin = torch.index_select(frozen[tail + 4], 0, positions).unsqueeze(1)
    x = torch.embedding(frozen[tail], ids)
    for i in range(self.layers):
      x = self.layer(x, cos, sin, sizes, frozen, adapter, i)
    return torch.linear(self.norm(torch.index_select(x, 0, active), frozen[tail + 1]), frozen[tail + 2])

  # Sum of weight times cross-entropy over the sum of weights; and which targets were the argmax.
  def loss(self, logits: Tensor, target: Tensor, weight: Tensor) -> Tuple[Tensor, Tensor]:
    entropies = torch.cross_entropy_loss(logits, target, None, 0, -100, 0.0)
    correct = torch.eq(torch.argmax(torch.detach(logits), -1), target)
    return (torch.sum(entropies * weight) / torch.sum(weight), correct)

  # The loss, which targets were right, and the gradient of every adapter tensor.
  def backward(self, ids: Tensor, positions: Tensor, lengths: Tensor, active: Tensor, target: Tensor, weight: Tensor, frozen: List[Tensor], adapter: List[Tensor]) -> Tuple[Tensor, Tensor, List[Tensor]]:
    torch.set_grad_enabled(True)
    loss, correct = self.loss(self.logits(ids, positions, lengths, active, frozen, adapter), target, weight)
    gradients = annotate(List[Tensor], [])
    for g in torch.grad([loss], adapter):
      gradients.append(unchecked_cast(Tensor, g))
    torch.set_grad_enabled(False)
    return (torch.detach(loss), correct, gradients)

  # Clips by the global norm and updates; does neither if a gradient is not finite.
  def update(self, norm: Tensor, infinite: Tensor, rate: Tensor, gradients: List[Tensor], adapter: List[Tensor], mean: List[Tensor], square: List[Tensor], updates: Tensor) -> None:
    torch._foreach_mul_(gradients, torch.clamp(self.gradient_clip / (norm + 1e-6), max=1.0))
    torch.add_(updates, 1.0 - infinite)
    steps = annotate(List[Tensor], [])
    for g in gradients:
      steps.append(updates)
    torch._fused_adamw_(adapter, gradients, mean, square, annotate(List[Tensor], []), steps, lr=float(rate), beta1=0.9, beta2=0.999, weight_decay=self.weight_decay, eps=1e-8, amsgrad=False, maximize=False, grad_scale=None, found_inf=infinite)
    return None

  # One step. Returns [loss, global norm, 1 if not finite, norm of each adapter tensor, 1 per right target].
  def forward(self, ids: Tensor, positions: Tensor, lengths: Tensor, active: Tensor, target: Tensor, weight: Tensor, rate: Tensor, updates: Tensor, frozen: List[Tensor], adapter: List[Tensor], mean: List[Tensor], square: List[Tensor]) -> Tensor:
    loss, correct, gradients = self.backward(ids, positions, lengths, active, target, weight, frozen, adapter)
    norms = torch.stack(torch._foreach_norm(gradients, 2))
    norm = torch.norm(norms)
    infinite = torch.to(torch.logical_not(torch.isfinite(norm + loss)), 6)
    self.update(norm, infinite, rate, gradients, adapter, mean, square, updates)
    return torch.cat([torch.stack([loss, norm, infinite]), norms, torch.to(correct, 6)])

  # The loss and all gradients, without an update.
  def gradients(self, ids: Tensor, positions: Tensor, lengths: Tensor, active: Tensor, target: Tensor, weight: Tensor, frozen: List[Tensor], adapter: List[Tensor]) -> List[Tensor]:
    loss, correct, gradients = self.backward(ids, positions, lengths, active, target, weight, frozen, adapter)
    result = [loss]
    result.extend(gradients)
    return result

  # Raw little-endian bytes of a weight in dtype (5: fp16, 6: fp32, 15: bf16), copied to fp32.
  def decode(self, raw: Tensor, dtype: Tensor, bytes: Tensor) -> Tensor:
    view = torch.set_(torch.empty([0], dtype=int(dtype)), raw, 0, [torch.numel(raw) // int(bytes)], [1])
    return torch.to(view, 6, False, True)
