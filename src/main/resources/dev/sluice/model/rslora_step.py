# One training step of a Llama-family model with a rank-stabilised LoRA adapter: forward, backward,
# gradient norms, clipping and AdamW in one call. TorchScript: kept as text, wrapped into an archive by
# TorchScriptArchive and run by RsLoraModel; the attributes below are filled in by StepProgram. What
# differs between families is data: norms, biases and rotary tables, not code.
#
# Rows, not rectangles: the tokens of a micro-batch follow one another as rows [rows, hidden], without
# padding. Examples that begin alike share the rows of their common prefix, which are there once. Only
# attention looks at single examples, in calls of alike examples.
#
# The backward pass is written out: what a layer pushes on the way forward (kept, and inner for the x A'
# of its projections) its backward pops, in the opposite order. Only attention's is autograd's.
#
# batch:   counts of rows, targets, calls; then per call first row and rows p of its prefix (0, 0: none),
#          examples b, longest own part t; then ids, positions [rows]; active, target [targets]: the rows
#          that predict a target token, and that token; gather [sum of b * t]: the rows of each call, padded
#          to t; scatter [rows]: where each row is among the gathered
# scalars: learning rate, then the weight of each target
# frozen:  per layer norm before attention, norm before feed-forward [hidden]; q, k, v, o, gate, up, down
#          [out, in], each of as many parts as quantization says (see weight); biases of q, k, v [out] if
#          biased; norms of q and k [head_dim] if qk_norm. Then embedding [vocabulary, hidden], final norm
#          [hidden], head [vocabulary, hidden], cosines and sines of the rotary embedding [positions,
#          head_dim / 2], and for NF4 the pairs of levels [256, 2] that a byte stands for
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
  quantization : int
  parts : int
  adapted : int
  slots : List[int]
  shapes : List[int]

  # Where a layer's tensors start in frozen; that of the layer after the last is where the others do.
  def start(self, layer: int) -> int:
    return (2 + 7 * self.parts + 3 * self.biased + 2 * self.qk_norm) * layer

  # Root mean square norm over the last dimension, in fp32 (arXiv:1910.07467).
  def norm(self, x: Tensor, gain: Tensor) -> Tensor:
    y = torch.to(x, 6)
    y = y * torch.rsqrt(torch.mean(y * y, [-1], True) + self.epsilon)
    return torch.to(y, x.dtype) * gain

  # With r = 1 / rms(x) and t = dy gain: dx = r t - r^3 mean(t x) x.
  def norm_backward(self, dy: Tensor, x: Tensor, gain: Tensor) -> Tensor:
    y = torch.to(x, 6)
    r = torch.rsqrt(torch.mean(y * y, [-1], True) + self.epsilon)
    t = torch.to(dy * gain, 6)
    c = torch.mean(t * y, [-1], True) * torch.pow(r, 3)
    return torch.to(t * r - y * c, x.dtype)

  # The frozen weight [out, in] of projection p (0 to 6: q, k, v, o, gate, up, down). Quantised: 1, int8
  # with a scale for each row; 2, NF4 (arXiv:2305.14314): two levels a byte in blocks of 64, whose scales are
  # 8-bit steps around their mean, in blocks of 256.
  def weight(self, frozen: List[Tensor], layer: int, p: int) -> Tensor:
    f = self.start(layer) + 2 + p * self.parts
    w = frozen[f]
    if self.quantization == 1:
      w = torch.to(w, frozen[f + 1].dtype) * frozen[f + 1]
    elif self.quantization == 2:
      levels = torch.embedding(frozen[self.start(self.layers) + 5], torch.to(w, 3))
      scales = torch.reshape(torch.to(frozen[f + 1], 6) * frozen[f + 2] + frozen[f + 3], [-1, 1])
      blocks = torch.reshape(levels, [-1, 64])
      blocks = blocks * torch.to(scales[:blocks.size(0)], blocks.dtype)
      out = self.shapes[2 * p]
      w = torch.reshape(torch.reshape(blocks, [-1])[:out * self.shapes[2 * p + 1]], [out, -1])
    else:
      pass
    return w

  # y = x W' + b + gamma (x A') B' for projection p of a layer.
  def linear(self, x: Tensor, frozen: List[Tensor], adapter: List[Tensor], layer: int, p: int, inner: List[Tensor]) -> Tensor:
    y = torch.linear(x, self.weight(frozen, layer, p))
    if self.biased == 1 and p < 3:
      y = y + frozen[self.start(layer) + 2 + 7 * self.parts + p]
    else:
      pass
    slot = self.slots[p]
    if slot >= 0:
      a = 2 * (layer * self.adapted + slot)
      u = torch.linear(x, adapter[a])
      inner.append(u)
      y = torch.addmm_(y, u, torch.t(adapter[a + 1]), alpha=self.gamma)
    else:
      pass
    return y

  # With v = gamma dy B: dx = dy W + v A, dA = v' x, dB = gamma dy' (x A').
  def linear_backward(self, dy: Tensor, x: Tensor, frozen: List[Tensor], adapter: List[Tensor], layer: int, p: int, inner: List[Tensor], gradients: List[Tensor]) -> Tensor:
    dx = torch.mm(dy, self.weight(frozen, layer, p))
    slot = self.slots[p]
    if slot >= 0:
      a = 2 * (layer * self.adapted + slot)
      v = torch.mm(dy, adapter[a + 1]) * self.gamma
      gradients[a] = torch.to(torch.mm(torch.t(v), x), 6)
      gradients[a + 1] = torch.to(torch.mm(torch.t(dy), inner.pop() * self.gamma), 6)
      dx = torch.addmm_(dx, v, adapter[a])
    else:
      pass
    return dx

  # Rotary position embedding (arXiv:2104.09864) of x [rows, heads, head_dim]; cos, sin [rows, 1, head_dim / 2].
  # Its backward is the rotation by the opposite angle.
  def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = self.head_dim // 2
    a = x[..., :half]
    b = x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

  # Rows x [b * n, heads, head_dim] as [b, heads / fold, fold * n, head_dim]: the query heads that share a
  # key can stand below one another, so that keys need no copies.
  def by_head(self, x: Tensor, b: int, fold: int) -> Tensor:
    h = x.size(1) // fold
    y = x.view(b, -1, h, fold, self.head_dim).permute(0, 2, 3, 1, 4)
    return torch.reshape(y, [b, h, -1, self.head_dim])

  # Keys or values of b examples, their own rows [b * n, heads, head_dim] after those of their prefix [p, heads,
  # head_dim]: [b, key_value_heads, p + n, head_dim], or repeated to heads. enable_gqa would miss the flash
  # kernel on a CPU.
  def keys(self, own: Tensor, prefix: Tensor, b: int, fold: int) -> Tensor:
    y = self.by_head(own, b, 1)
    p = prefix.size(0)
    if p > 0:
      y = torch.cat([self.by_head(prefix, 1, 1).expand(b, y.size(1), p, self.head_dim), y], 2)
    else:
      pass
    repeats = self.heads // fold // self.key_value_heads
    if repeats > 1:
      y = torch.repeat_interleave(y, repeats, 1)
    else:
      pass
    return y

  # Causal attention, call by call: each example's own rows, with the prefix before them. q [rows, heads,
  # head_dim], k and v [rows, key_value_heads, head_dim] to [rows, heads * head_dim].
  def attention(self, q: Tensor, k: Tensor, v: Tensor, calls: List[int], parts: List[Tensor]) -> Tensor:
    qs = torch.index_select(q, 0, parts[4])
    ks = torch.index_select(k, 0, parts[4])
    vs = torch.index_select(v, 0, parts[4])
    outputs = annotate(List[Tensor], [])
    at = 0
    for c in range(len(calls) // 4):
      first = calls[4 * c]
      last = first + calls[4 * c + 1]
      b = calls[4 * c + 2]
      t = calls[4 * c + 3]
      end = at + b * t
      mask = parts[8 + c]
      if last > first:
        fold = mask.size(0) // t
        kc = self.keys(ks[at:end], k[first:last], b, fold)
        vc = self.keys(vs[at:end], v[first:last], b, fold)
        o = torch.scaled_dot_product_attention(self.by_head(qs[at:end], b, fold), kc, vc, mask, 0.0, False)
      else:
        fold = 1
        kc = self.keys(ks[at:end], k[:0], b, 1)
        vc = self.keys(vs[at:end], v[:0], b, 1)
        o = torch.scaled_dot_product_attention(self.by_head(qs[at:end], b, 1), kc, vc, None, 0.0, True)
      o = torch.reshape(o, [b, -1, fold, t, self.head_dim]).permute(0, 3, 1, 2, 4)
      outputs.append(torch.reshape(o, [b * t, -1]))
      at = end
    return torch.index_select(torch.cat(outputs, 0), 0, parts[5])

  # One decoder layer: x [rows, hidden] to [rows, hidden]; the last one goes on with the active rows alone.
  # With graph, attention can be gone backward through.
  def layer(self, x: Tensor, calls: List[int], parts: List[Tensor], frozen: List[Tensor], adapter: List[Tensor], i: int, graph: bool, kept: List[Tensor], inner: List[Tensor]) -> Tensor:
    f = self.start(i)
    kept.append(x)
    h = self.norm(x, frozen[f])
    q = self.linear(h, frozen, adapter, i, 0, inner).view(-1, self.heads, self.head_dim)
    k = self.linear(h, frozen, adapter, i, 1, inner).view(-1, self.key_value_heads, self.head_dim)
    v = self.linear(h, frozen, adapter, i, 2, inner).view(-1, self.key_value_heads, self.head_dim)
    if self.qk_norm == 1:
      g = f + 2 + 7 * self.parts + 3 * self.biased
      kept.extend([q, k])
      q = self.norm(q, frozen[g])
      k = self.norm(k, frozen[g + 1])
    else:
      pass
    q = self.rotate(q, parts[6], parts[7])
    k = self.rotate(k, parts[6], parts[7])
    torch.set_grad_enabled(graph)
    q = torch.detach(q).requires_grad_(graph)
    k = torch.detach(k).requires_grad_(graph)
    v = torch.detach(v).requires_grad_(graph)
    o = self.attention(q, k, v, calls, parts)
    torch.set_grad_enabled(False)
    kept.extend([q, k, v, o])
    o = torch.detach(o)
    if i == self.layers - 1:
      x = torch.index_select(x, 0, parts[2])
      o = torch.index_select(o, 0, parts[2])
    else:
      pass
    x = x + self.linear(o, frozen, adapter, i, 3, inner)
    h = self.norm(x, frozen[f + 1])
    gate = self.linear(h, frozen, adapter, i, 4, inner)
    up = self.linear(h, frozen, adapter, i, 5, inner)
    kept.extend([x, gate, up])
    return x + self.linear(torch.silu(gate) * up, frozen, adapter, i, 6, inner)

  # The gradient of a layer's input, given that of its output; sets those of its adapter tensors.
  def layer_backward(self, dy: Tensor, calls: List[int], parts: List[Tensor], frozen: List[Tensor], adapter: List[Tensor], i: int, kept: List[Tensor], inner: List[Tensor], gradients: List[Tensor]) -> Tensor:
    f = self.start(i)
    up = kept.pop()
    gate = kept.pop()
    x = kept.pop()
    s = torch.silu(gate)
    d = self.linear_backward(dy, s * up, frozen, adapter, i, 6, inner, gradients)
    h = self.norm(x, frozen[f + 1])
    dh = self.linear_backward(d * s, h, frozen, adapter, i, 5, inner, gradients)
    dh = dh + self.linear_backward(torch.silu_backward(d * up, gate), h, frozen, adapter, i, 4, inner, gradients)
    dx = dy + self.norm_backward(dh, x, frozen[f + 1])
    o = kept.pop()
    v = kept.pop()
    k = kept.pop()
    q = kept.pop()
    y = torch.detach(o)
    if i == self.layers - 1:
      y = torch.index_select(y, 0, parts[2])
      d = self.linear_backward(dx, y, frozen, adapter, i, 3, inner, gradients)
      d = torch.index_copy(torch.zeros_like(o), 0, parts[2], d)
      dx = torch.index_copy(torch.zeros([o.size(0), self.hidden], dtype=dx.dtype, device=dx.device), 0, parts[2], dx)
    else:
      d = self.linear_backward(dx, y, frozen, adapter, i, 3, inner, gradients)
    of_inputs = torch.grad([o], [q, k, v], annotate(List[Optional[Tensor]], [d]))
    dq = self.rotate(unchecked_cast(Tensor, of_inputs[0]), parts[6], torch.neg(parts[7]))
    dk = self.rotate(unchecked_cast(Tensor, of_inputs[1]), parts[6], torch.neg(parts[7]))
    dv = unchecked_cast(Tensor, of_inputs[2])
    if self.qk_norm == 1:
      g = f + 2 + 7 * self.parts + 3 * self.biased
      dk = self.norm_backward(dk, kept.pop(), frozen[g + 1])
      dq = self.norm_backward(dq, kept.pop(), frozen[g])
    else:
      pass
    x = kept.pop()
    h = self.norm(x, frozen[f])
    rows = x.size(0)
    dh = self.linear_backward(torch.reshape(dv, [rows, -1]), h, frozen, adapter, i, 2, inner, gradients)
    dh = dh + self.linear_backward(torch.reshape(dk, [rows, -1]), h, frozen, adapter, i, 1, inner, gradients)
    dh = dh + self.linear_backward(torch.reshape(dq, [rows, -1]), h, frozen, adapter, i, 0, inner, gradients)
    return dx + self.norm_backward(dh, x, frozen[f])

  # Takes a batch apart: the sizes of its calls, and the parts [ids, positions, active, target, gather,
  # scatter, cos, sin, then a mask for each call].
  def plan(self, batch: Tensor, frozen: List[Tensor]) -> Tuple[List[int], List[Tensor]]:
    counts = annotate(List[int], batch[:3].tolist())
    at = 3 + 4 * counts[2]
    calls = annotate(List[int], batch[3:at].tolist())
    gathered = 0
    for c in range(counts[2]):
      gathered = gathered + calls[4 * c + 2] * calls[4 * c + 3]
    parts = torch.split_with_sizes(batch[at:], [counts[0], counts[0], counts[1], counts[1], gathered, counts[0]], 0)
    tail = self.start(self.layers)
    parts.append(torch.index_select(frozen[tail + 3], 0, parts[1]).unsqueeze(1))
    parts.append(torch.index_select(frozen[tail + 4], 0, parts[1]).unsqueeze(1))
    for c in range(counts[2]):
      parts.append(self.mask(calls[4 * c + 1], calls[4 * c + 3], frozen[tail]))
    return (calls, parts)

  # Mask [fold * t, p + t] of t own rows after a prefix of p: row r sees the prefix and own rows up to r. Query
  # heads are folded while the mask is small. Empty without a prefix: that attention needs none.
  def mask(self, p: int, t: int, like: Tensor) -> Tensor:
    if p == 0:
      y = torch.empty([0], device=like.device)
    else:
      y = torch.triu(torch.full([t, p + t], -3.0e38, dtype=like.dtype, device=like.device), p + 1)
      fold = self.heads // self.key_value_heads
      if fold * t * (p + t) <= 4194304:
        y = torch.repeat(y, [fold, 1])
      else:
        pass
    return y

  # Logits [n, vocabulary] in fp32 of normed rows [n, hidden].
  def head(self, h: Tensor, frozen: List[Tensor]) -> Tensor:
    return torch.to(torch.linear(h, frozen[self.start(self.layers) + 2]), 6)

  # The sum of weight times cross-entropy over the sum of weights, which targets were the argmax, and the
  # gradient of the last layer's output x [targets, hidden]. So many targets at a time that logits stay small.
  def head_backward(self, x: Tensor, target: Tensor, weight: Tensor, frozen: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    tail = self.start(self.layers)
    h = self.norm(x, frozen[tail + 1])
    share = (weight / torch.sum(weight)).unsqueeze(1)
    loss = torch.sum(share) * 0.0
    hits = annotate(List[Tensor], [])
    dh = annotate(List[Tensor], [])
    for c in range((x.size(0) + 255) // 256):
      of = target[256 * c:256 * c + 256].unsqueeze(1)
      part = share[256 * c:256 * c + 256]
      logits = self.head(h[256 * c:256 * c + 256], frozen)
      total = torch.logsumexp(logits, [-1], True)
      loss = loss + torch.sum((total - torch.gather(logits, 1, of)) * part)
      hits.append(torch.eq(torch.argmax(logits, -1, True), of))
      d = torch.exp_(torch.sub_(logits, total))
      d = torch.mul_(torch.scatter_add_(d, 1, of, torch.full_like(part, -1.0)), part)
      dh.append(torch.mm(torch.to(d, x.dtype), frozen[tail + 2]))
    return (loss, torch.cat(hits, 0).squeeze(1), self.norm_backward(torch.cat(dh, 0), x, frozen[tail + 1]))

  # Loss, right targets, and the gradient of every adapter tensor in fp32. With recompute, only the layers'
  # inputs are kept, and each layer is computed again on the way back.
  def backward(self, batch: Tensor, weight: Tensor, frozen: List[Tensor], adapter: List[Tensor]) -> Tuple[Tensor, Tensor, List[Tensor]]:
    torch.set_grad_enabled(False)
    calls, parts = self.plan(batch, frozen)
    cast = self.cast_adapter(adapter, frozen)
    inputs = annotate(List[Tensor], [])
    kept = annotate(List[Tensor], [])
    inner = annotate(List[Tensor], [])
    x = torch.embedding(frozen[self.start(self.layers)], parts[0])
    for i in range(self.layers):
      if self.recompute == 1:
        inputs.append(x)
        kept.clear()
        inner.clear()
      else:
        pass
      x = self.layer(x, calls, parts, frozen, cast, i, self.recompute == 0, kept, inner)
    loss, correct, dx = self.head_backward(x, parts[3], weight, frozen)
    gradients = annotate(List[Tensor], [])
    gradients.extend(adapter)
    for j in range(self.layers):
      i = self.layers - 1 - j
      if self.recompute == 1:
        kept.clear()
        inner.clear()
        x = self.layer(inputs.pop(), calls, parts, frozen, cast, i, True, kept, inner)
      else:
        pass
      dx = self.layer_backward(dx, calls, parts, frozen, cast, i, kept, inner, gradients)
    return (loss, correct, gradients)

  # The adapter's masters in the type that the model computes in.
  def cast_adapter(self, adapter: List[Tensor], frozen: List[Tensor]) -> List[Tensor]:
    cast = annotate(List[Tensor], [])
    for a in adapter:
      cast.append(torch.to(torch.detach(a), frozen[0].dtype))
    return cast

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
    calls, parts = self.plan(batch, frozen)
    cast = self.cast_adapter(adapter, frozen)
    tail = self.start(self.layers)
    x = torch.embedding(frozen[tail], parts[0])
    for i in range(self.layers):
      x = self.layer(x, calls, parts, frozen, cast, i, False, annotate(List[Tensor], []), annotate(List[Tensor], []))
    return self.head(self.norm(x, frozen[tail + 1]), frozen)

  # Raw little-endian bytes of a weight in dtype (5: fp16, 6: fp32, 15: bf16), copied to dtype compute.
  def decode(self, raw: Tensor, dtype: Tensor, bytes: Tensor, compute: Tensor) -> Tensor:
    view = torch.set_(torch.empty([0], dtype=int(dtype), device=raw.device), raw, 0, [torch.numel(raw) // int(bytes)], [1])
    return torch.to(view, int(compute), False, True)

  # The parts of a frozen weight w [out, in] in fp32, as weight() reads them; levels: NF4's, ascending.
  def quantize(self, w: Tensor, levels: Tensor, compute: Tensor) -> List[Tensor]:
    if self.quantization == 1:
      scale = torch.clamp(torch.amax(torch.abs(w), [1], True) / 127.0, min=1e-20)
      scale = torch.to(scale, int(compute))
      result = [torch.to(torch.clamp(torch.round(w / torch.to(scale, 6)), -127.0, 127.0), 1), scale]
    else:
      blocks = torch.constant_pad_nd(torch.reshape(w, [-1]), [0, -torch.numel(w) % 64]).view(-1, 64)
      largest = torch.amax(torch.abs(blocks), [1])
      mean = torch.mean(largest)
      steps = torch.constant_pad_nd(largest - mean, [0, -blocks.size(0) % 256]).view(-1, 256)
      step = torch.clamp(torch.amax(torch.abs(steps), [1], True) / 127.0, min=1e-20)
      codes = torch.to(torch.round(steps / step), 1)
      scales = torch.reshape(torch.to(codes, 6) * step + mean, [-1, 1])[:blocks.size(0)]
      blocks = torch.clamp(blocks / torch.clamp(scales, min=1e-20), -1.0, 1.0)
      nearest = torch.bucketize(blocks, (levels[1:] + levels[:-1]) * 0.5, out_int32=True).view(-1, 2)
      result = [torch.to(nearest[:, 0] * 16 + nearest[:, 1], 0), codes, step, mean]
    return result

  # x in another element type.
  def cast(self, x: Tensor, compute: Tensor) -> Tensor:
    return torch.to(x, int(compute), False, True)

  # Rows w [n * in] of a weight with the adapter in them, w + gamma b a, in dtype to.
  def merge(self, w: Tensor, a: Tensor, b: Tensor, to: Tensor) -> Tensor:
    return torch.to(torch.addmm(torch.reshape(w, [-1, a.size(1)]), b, a, alpha=self.gamma), int(to))

  # The bytes of x, flat.
  def bytes(self, owner: Tensor, x: Tensor) -> Tensor:
    n = torch.numel(x) * torch.element_size(x)
    return torch.set_(torch.empty([0], dtype=0, device=x.device), torch.contiguous(x), 0, [n], [1])
