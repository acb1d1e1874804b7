"""Muon, AdamW and SGD against torch.optim.Muon (as released, in bfloat16, and with its cast removed), AdamW and SGD."""
import inspect
import sys

from optim_oracle import Report, ask, np, random_shapes

try:
    import torch
except ImportError:
    print("skipped: torch is not importable")
    sys.exit(77)

torch.set_num_threads(1)
STEPS = 6


def without_cast():
    """torch.optim._muon with its cast to bfloat16 taken out, as a module of its own."""
    import torch.optim._muon as module
    source = inspect.getsource(module)
    assert source.count("grad.bfloat16()") == 1
    namespace = {"__name__": module.__name__, "__package__": module.__package__}
    exec(compile(source.replace("grad.bfloat16()", "grad.clone()"), "muon_without_cast", "exec"), namespace)
    return namespace["Muon"]


def path(make, starts, grads, dtype):
    """Parameters after each step of a torch optimizer."""
    parameters = [torch.tensor(start, dtype=dtype, requires_grad=True) for start in starts]
    optimizer = make(parameters)
    result = []
    for step in grads:
        for parameter, grad in zip(parameters, step):
            parameter.grad = torch.tensor(grad, dtype=dtype)
        optimizer.step()
        result.append([parameter.detach().double().numpy().copy() for parameter in parameters])
    return result


def moved(results, start):
    """How far each step has led from the start: an update is small beside its weight, and differences are measured against it."""
    return np.concatenate([np.ravel(np.asarray(parameter) - start) for step in results for parameter in step])


def main():
    rng = np.random.default_rng(2)
    report = Report("torch.optim")
    calls, expected = [], []
    forms = []
    if hasattr(torch.optim, "Muon"):
        forms = [("torch.optim.Muon, bfloat16", torch.optim.Muon, torch.float32, "newton_schulz5_bfloat16", 5e-3),
                 ("torch.optim.Muon without its cast, float32", without_cast(), torch.float32, "newton_schulz5", 1e-5),
                 ("torch.optim.Muon without its cast, float64", without_cast(), torch.float64, "newton_schulz5", 1e-12)]
    else:
        print("torch.optim.Muon is not in this version: only AdamW and SGD are compared")
    for m, n, _ in random_shapes(rng, 12):
        start = rng.standard_normal((m, n))
        grads = [[rng.standard_normal((m, n))] for _ in range(STEPS)]
        for name, optimizer, dtype, method, tolerance in forms:
            for nesterov in (False, True):
                for scaling in ("original", "match_rms_adamw"):
                    theirs = path(lambda p: optimizer(p, lr=0.02, weight_decay=0.1, momentum=0.95, nesterov=nesterov,
                                                      adjust_lr_fn=scaling), [start], grads, dtype)
                    calls.append({"optimizer": "muon", "type": str(dtype)[6:], "W": start, "grads": [g[0] for g in grads],
                                  "options": {"learning_rate": 0.02, "weight_decay": 0.1, "momentum": 0.95, "nesterov": nesterov,
                                              "scaling": scaling, "msign": method}})
                    expected.append((f"{name}, {scaling}{', nesterov' if nesterov else ''}", moved(theirs, start), tolerance))
        # AdamW's steps are a hundredth of a weight, whose rounding is therefore a hundred times as large in them.
        for dtype, adamw, sgd in ((torch.float32, 1e-5, 1e-6), (torch.float64, 1e-13, 1e-14)):
            theirs = path(lambda p: torch.optim.AdamW(p, lr=0.01, betas=(0.8, 0.95), eps=1e-8, weight_decay=0.1), [start], grads, dtype)
            calls.append({"optimizer": "adamw", "type": str(dtype)[6:], "W": start, "grads": [g[0] for g in grads],
                          "options": {"learning_rate": 0.01, "betas": [0.8, 0.95], "eps": 1e-8, "weight_decay": 0.1}})
            expected.append((f"torch.optim.AdamW, {str(dtype)[6:]}", moved(theirs, start), adamw))
            for nesterov in (False, True):
                theirs = path(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=nesterov, weight_decay=0.1), [start], grads, dtype)
                calls.append({"optimizer": "sgd", "type": str(dtype)[6:], "W": start, "grads": [g[0] for g in grads],
                              "options": {"learning_rate": 0.05, "momentum": 0.9, "nesterov": nesterov, "weight_decay": 0.1}})
                expected.append((f"torch.optim.SGD{', nesterov' if nesterov else ''}, {str(dtype)[6:]}", moved(theirs, start), sgd))
    for call, (name, value, tolerance), result in zip(calls, expected, ask(calls)):
        report.compare(name, moved(result, call["W"]), value, tolerance)
    report.finish()


main()
