# One training step of a Llama-family model with a rank-stabilised LoRA adapter: forward, backward,
# gradient norms, clipping and AdamW in one call. TorchScript: kept as text, wrapped into an archive by
# TorchScriptArchive and run by RsLoraModel; the attributes below are filled in by StepProgram. What
# differs between families is data: norms, biases and rotary tables, not code.
#
# Rows, not rectangles: the tokens of a micro-batch follow one another as rows [rows, hidden], without
# padding. Examples that begin alike form a group: the rows of their common prefix come first and are
# there once, then each example's own rows. Only attention looks at single examples.
#
# batch:   counts of rows, targets, groups; then per group prefix rows p, examples b, longest own part t, own
#          rows in all; then ids, positions [rows]; active, target [targets]: the rows that predict a target
#          token, and that token; gather [sum of b * t]: own rows of each group, padded to t; scatter [own
#          rows]: where each own row is among its group's gathered
# scalars: learning rate, then the weight of each target
# frozen:  per layer norm before attention, norm before feed-forward [hidden]; q, k, v, o, gate, up, down
#          [out, in]; biases of q, k, v [out] if biased; norms of q and k [head_dim] if qk_norm. Then
#          embedding [vocabulary, hidden], final norm [hidden], head [vocabulary, hidden], cosines and sines
#          of the rotary embedding [positions, head_dim / 2]
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
  biased : int
  qk_norm : int
  epsilon : float
  gamma : float
  gradient_clip : float
  weight_decay : float
  recompute : int
  adapted : int
  slots : List[int]

  # Root mean square norm over the last dimension (arXiv:1910.07467).
  def norm(self, x: Tensor, gain: Tensor) -> Tensor:
    return torch.rms_norm(x, [gain.size(0)], gain, self.epsilon)

  # y = x W' + b + gamma (x A') B' for projection p (0 to 6: q, k, v, o, gate, up, down) of a layer, whose
  # weights start at f in frozen.
  def linear(self, x: Tensor, frozen: List[Tensor], f: int, adapter: List[Tensor], layer: int, p: int) -> Tensor:
    if self.biased == 1 and p < 3:
      y = torch.linear(x, frozen[f + 2 + p], frozen[f + 9 + p])
    else:
      y = torch.linear(x, frozen[f + 2 + p])
    slot = self.slots[p]
    if slot >= 0:
      a = 2 * (layer * self.adapted + slot)
      y = torch.addmm(y, torch.linear(x, adapter[a]), torch.t(adapter[a + 1]), alpha=self.gamma)
    else:
      pass
    return y

  # Rotary position embedding (arXiv:2104.09864) of x [rows, heads, head_dim]; cos, sin [rows, 1, head_dim / 2].
  def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = self.head_dim // 2
    a = x[..., :half]
    b = x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

  # Rows of x [b * n, heads, head_dim] as [b, heads, n, head_dim]. Fewer heads are repeated: enable_gqa would
  # miss the flash kernel on a CPU.
  def by_head(self, x: Tensor, b: int) -> Tensor:
    h = x.view(b, -1, x.size(1), self.head_dim).transpose(1, 2)
    if x.size(1) < self.heads:
      h = torch.repeat_interleave(h, self.heads // x.size(1), 1)
    else:
      pass
    return h

  # Causal attention, group by group: the prefix by itself, and each example's own rows with the prefix
  # before them. q [rows, heads, head_dim], k and v [rows, key_value_heads, head_dim] to [rows, heads * head_dim].
  def attention(self, q: Tensor, k: Tensor, v: Tensor, groups: List[int], parts: List[Tensor]) -> Tensor:
    width = self.heads * self.head_dim
    gather = parts[4]
    scatter = parts[5]
    outputs = annotate(List[Tensor], [])
    row = 0
    gathered = 0
    own = 0
    for g in range(len(groups) // 4):
      p = groups[4 * g]
      b = groups[4 * g + 1]
      n = b * groups[4 * g + 2]
      rows = groups[4 * g + 3]
      index = gather[gathered:gathered + n]
      qs = self.by_head(torch.index_select(q, 0, index), b)
      ks = self.by_head(torch.index_select(k, 0, index), b)
      vs = self.by_head(torch.index_select(v, 0, index), b)
      if p > 0:
        qp = self.by_head(q[row:row + p], 1)
        kp = self.by_head(k[row:row + p], 1)
        vp = self.by_head(v[row:row + p], 1)
        o = torch.scaled_dot_product_attention(qp, kp, vp, None, 0.0, True)
        outputs.append(o.transpose(1, 2).reshape(p, width))
        ks = torch.cat([kp.expand(b, self.heads, p, self.head_dim), ks], 2)
        vs = torch.cat([vp.expand(b, self.heads, p, self.head_dim), vs], 2)
        o = torch.scaled_dot_product_attention(qs, ks, vs, parts[8 + g], 0.0, False)
      else:
        o = torch.scaled_dot_product_attention(qs, ks, vs, None, 0.0, True)
      outputs.append(torch.index_select(o.transpose(1, 2).reshape(n, width), 0, scatter[own:own + rows]))
      row = row + p + rows
      gathered = gathered + n
      own = own + rows
    return torch.cat(outputs, 0)

  # One decoder layer: x [rows, hidden] to [rows, hidden]; the last one goes on with the active rows alone.
  def layer(self, x: Tensor, groups: List[int], parts: List[Tensor], frozen: List[Tensor], adapter: List[Tensor], i: int) -> Tensor:
    f = (9 + 3 * self.biased + 2 * self.qk_norm) * i
    h = self.norm(x, frozen[f])
    q = self.linear(h, frozen, f, adapter, i, 0).view(-1, self.heads, self.head_dim)
    k = self.linear(h, frozen, f, adapter, i, 1).view(-1, self.key_value_heads, self.head_dim)
    v = self.linear(h, frozen, f, adapter, i, 2).view(-1, self.key_value_heads, self.head_dim)
    if self.qk_norm == 1:
      q = self.norm(q, frozen[f + 9 + 3 * self.biased])
      k = self.norm(k, frozen[f + 10 + 3 * self.biased])
    else:
      pass
    q = self.rotate(q, parts[6], parts[7])
    k = self.rotate(k, parts[6], parts[7])
    o = self.attention(q, k, v, groups, parts)
    if i == self.layers - 1:
      x = torch.index_select(x, 0, parts[2])
      o = torch.index_select(o, 0, parts[2])
    else:
      pass
    x = x + self.linear(o, frozen, f, adapter, i, 3)
    h = self.norm(x, frozen[f + 1])
    gate = torch.silu(self.linear(h, frozen, f, adapter, i, 4))
    return x + self.linear(gate * self.linear(h, frozen, f, adapter, i, 5), frozen, f, adapter, i, 6)

  # Takes a batch apart: the sizes of its groups, and the parts [ids, positions, active, target, gather,
  # scatter, cos, sin, then a mask for each group].
  def plan(self, batch: Tensor, frozen: List[Tensor]) -> Tuple[List[int], List[Tensor]]:
    counts = annotate(List[int], batch[:3].tolist())
    at = 3 + 4 * counts[2]
    groups = annotate(List[int], batch[3:at].tolist())
    gathered = 0
    own = 0
    for g in range(counts[2]):
      gathered = gathered + groups[4 * g + 1] * groups[4 * g + 2]
      own = own + groups[4 * g + 3]
    parts = torch.split_with_sizes(batch[at:], [counts[0], counts[0], counts[1], counts[1], gathered, own], 0)
    tail = (9 + 3 * self.biased + 2 * self.qk_norm) * self.layers
    parts.append(torch.index_select(frozen[tail + 3], 0, parts[1]).unsqueeze(1))
    parts.append(torch.index_select(frozen[tail + 4], 0, parts[1]).unsqueeze(1))
    for g in range(counts[2]):
      parts.append(self.mask(groups[4 * g], groups[4 * g + 2], frozen[tail]))
    return (groups, parts)

  # Mask [t, p + t] of t own rows after a prefix of p: row r sees the prefix and own rows up to r.
  def mask(self, p: int, t: int, like: Tensor) -> Tensor:
    return torch.triu(torch.full([t, p + t], -3.0e38, dtype=like.dtype, device=like.device), p + 1)

  # From embedding to the last layer's active rows [targets, hidden]; adds each layer's input to inputs.
  def trunk(self, groups: List[int], parts: List[Tensor], frozen: List[Tensor], adapter: List[Tensor], inputs: List[Tensor]) -> Tensor:
    x = torch.embedding(frozen[(9 + 3 * self.biased + 2 * self.qk_norm) * self.layers], parts[0])
    for i in range(self.layers):
      inputs.append(x)
      x = self.layer(x, groups, parts, frozen, adapter, i)
    return x

  # Logits [targets, vocabulary] in fp32 of the last layer's active rows.
  def head(self, x: Tensor, frozen: List[Tensor]) -> Tensor:
    tail = (9 + 3 * self.biased + 2 * self.qk_norm) * self.layers
    return torch.to(torch.linear(self.norm(x, frozen[tail + 1]), frozen[tail + 2]), 6)

  # The sum of weight times cross-entropy over the sum of weights, and which targets were the argmax.
  def loss(self, logits: Tensor, target: Tensor, weight: Tensor) -> Tuple[Tensor, Tensor]:
    entropies = torch.cross_entropy_loss(logits, target, None, 0, -100, 0.0)
    correct = torch.eq(torch.argmax(torch.detach(logits), -1), target)
    return (torch.sum(entropies * weight) / torch.sum(weight), correct)

  # Loss, right targets, and the gradient of every adapter tensor in fp32. With recompute, autograd sees one
  # layer at a time: only the layers' inputs are kept, and each layer is computed again on the way back.
  def backward(self, batch: Tensor, weight: Tensor, frozen: List[Tensor], adapter: List[Tensor]) -> Tuple[Tensor, Tensor, List[Tensor]]:
    torch.set_grad_enabled(False)
    groups, parts = self.plan(batch, frozen)
    leaves = annotate(List[Tensor], [])
    for a in adapter:
      leaves.append(torch.to(torch.detach(a), frozen[0].dtype).requires_grad_(True))
    inputs = annotate(List[Tensor], [])
    torch.set_grad_enabled(self.recompute == 0)
    x = self.trunk(groups, parts, frozen, leaves, inputs)
    torch.set_grad_enabled(True)
    gradients = annotate(List[Tensor], [])
    if self.recompute == 0:
      inputs.clear()
      loss, correct = self.loss(self.head(x, frozen), parts[3], weight)
      for g in torch.grad([loss], leaves):
        gradients.append(torch.to(unchecked_cast(Tensor, g), 6))
    else:
      x = torch.detach(x).requires_grad_(True)
      loss, correct = self.loss(self.head(x, frozen), parts[3], weight)
      up = unchecked_cast(Tensor, torch.grad([loss], [x])[0])
      layers = annotate(List[List[Tensor]], [])
      for j in range(self.layers):
        i = self.layers - 1 - j
        of_layer, up = self.layer_backward(inputs.pop(), up, groups, parts, frozen, leaves, i)
        layers.append(of_layer)
      for j in range(self.layers):
        for g in layers[self.layers - 1 - j]:
          gradients.append(torch.to(g, 6))
    torch.set_grad_enabled(False)
    return (torch.detach(loss), correct, gradients)

  # Gradients of a layer's adapter tensors and of its input, given that of its output.
  def layer_backward(self, x: Tensor, up: Tensor, groups: List[int], parts: List[Tensor], frozen: List[Tensor], leaves: List[Tensor], i: int) -> Tuple[List[Tensor], Tensor]:
    x = torch.detach(x).requires_grad_(True)
    y = self.layer(x, groups, parts, frozen, leaves, i)
    n = 2 * self.adapted
    wanted = leaves[n * i:n * i + n]
    wanted.append(x)
    gradients = annotate(List[Tensor], [])
    for g in torch.grad([y], wanted, annotate(List[Optional[Tensor]], [up])):
      gradients.append(unchecked_cast(Tensor, g))
    down = gradients.pop()
    return (gradients, down)

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
  def forward(self, batch: Tensor, scalars: Tensor, updates: Tensor, frozen: List[Tensor], adapter: List[Tensor], mean: List[Tensor], square: List[Tensor]) -> Tensor:
    loss, correct, gradients = self.backward(batch, scalars[1:], frozen, adapter)
    norms = torch.stack(torch._foreach_norm(gradients, 2))
    norm = torch.norm(norms)
    infinite = torch.to(torch.logical_not(torch.isfinite(norm + loss)), 6)
    self.update(norm, infinite, scalars[0], gradients, adapter, mean, square, updates)
    return torch.cat([torch.stack([loss, norm, infinite]), norms, torch.to(correct, 6)])

  # The loss and all gradients, without an update.
  def gradients(self, batch: Tensor, scalars: Tensor, frozen: List[Tensor], adapter: List[Tensor]) -> List[Tensor]:
    loss, correct, gradients = self.backward(batch, scalars[1:], frozen, adapter)
    result = [loss]
    result.extend(gradients)
    return result

  # The logits of the active rows.
  def logits(self, batch: Tensor, frozen: List[Tensor], adapter: List[Tensor]) -> Tensor:
    torch.set_grad_enabled(False)
    groups, parts = self.plan(batch, frozen)
    leaves = annotate(List[Tensor], [])
    for a in adapter:
      leaves.append(torch.to(a, frozen[0].dtype))
    return self.head(self.trunk(groups, parts, frozen, leaves, annotate(List[Tensor], [])), frozen)

  # Raw little-endian bytes of a weight in dtype (5: fp16, 6: fp32, 15: bf16), copied to dtype compute.
  def decode(self, raw: Tensor, dtype: Tensor, bytes: Tensor, compute: Tensor) -> Tensor:
    view = torch.set_(torch.empty([0], dtype=int(dtype)), raw, 0, [torch.numel(raw) // int(bytes)], [1])
    return torch.to(view, int(compute), False, True)

  # x in another element type.
  def cast(self, x: Tensor, compute: Tensor) -> Tensor:
    return torch.to(x, int(compute), False, True)

  # The bytes of x, flat.
  def bytes(self, owner: Tensor, x: Tensor) -> Tensor:
    n = torch.numel(x) * torch.element_size(x)
    return torch.set_(torch.empty([0], dtype=0, device=x.device), torch.contiguous(x), 0, [n], [1])
