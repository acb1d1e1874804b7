// optimizers.cpp: `steepest optimizers` compares what every optimizer costs and leaves invariant, or lists the options of one.
#include <fmt/format.h>

#include <algorithm>

#include "commands.h"
#include "optim/optimizer_table.h"
#include "options/error.h"
#include "options/json.h"
#include "report/table.h"
#include "report/text.h"
#include "schema_table.h"
#include "terminal.h"

namespace steepest::app {
namespace {

struct OptimizersArguments {
  std::string name, precision = "float32", format = "table";
  double fan_out = 512, fan_in = 128, rank = 8;
};

/// Counts above 0 and whole, as a matrix has them.
double checked(const char* option, double value, double most, const std::string& valid) {
  if (value >= 1 && value <= most && value == static_cast<double>(static_cast<std::int64_t>(value))) return value;
  throw options::InputError({option, "found " + report::number(value), valid, "", "", 0});
}

optim::PairShape shape_of(const OptimizersArguments& arguments) {
  constexpr double kMost = 1e9;
  optim::PairShape shape;
  shape.m = checked("--out", arguments.fan_out, kMost, "a number of rows from 1 on");
  shape.n = checked("--in", arguments.fan_in, kMost, "a number of columns from 1 on");
  const double most = std::min(shape.m, shape.n);
  shape.r = checked("--rank", arguments.rank, most, fmt::format("1 to {}, the smaller side of {} x {}", most, shape.m, shape.n));
  if (arguments.precision != "float32" && arguments.precision != "float64") {
    const std::string nearest = options::nearest_name(arguments.precision, {"float32", "float64"});
    throw options::InputError({"--precision", "found \"" + arguments.precision + "\"", "float32, float64", nearest, "", 0});
  }
  shape.bytes_per_number = arguments.precision == "float64" ? 8 : 4;
  return shape;
}

std::string bytes_text(double bytes) {
  if (bytes < 1024) return report::number(bytes) + " B";
  return bytes < 1024 * 1024 ? fmt::format("{:.1f} KiB", bytes / 1024) : fmt::format("{:.1f} MiB", bytes / 1024 / 1024);
}

int print_table(const OptimizersArguments& arguments, report::Format format) {
  const auto shape = shape_of(arguments);
  const auto dense = optim::MuonOptions{}.cost({shape.m, shape.n, 0, shape.bytes_per_number});
  report::Table table{
      {{"optimizer"}, {"updates"}, {"W's path unchanged under"}, {"state", true}, {"FLOPs a step", true}, {"of dense Muon's", true}},
      {},
      {"optimizer", "summary", "updates", "invariance", "state_bytes", "flops", "flops_of_dense_muon"},
      {}};
  const auto add = [&](const std::string& name, const optim::OptimizerRow& row) {
    const double share = row.cost.flops / dense.flops;
    table.rows.push_back({name, row.updates, row.invariance, bytes_text(row.cost.state_bytes), report::count(row.cost.flops),
                          fmt::format("{:.1f} %", 100 * share)});
    table.values.push_back({name, row.summary, row.updates, row.invariance, row.cost.state_bytes, row.cost.flops, share});
  };
  for (const auto& row : optim::optimizer_table(shape)) add(row.name, row);
  add("muon, dense", {"muon", optim::MuonOptions::kSummary, "matrices", "-", dense});
  print_result(report::render(table, format, Terminal(stdout).unicode));
  if (format == report::Format::table) {
    const std::string note = fmt::format(
        "One update of one weight of {} x {} as a pair of rank {}, {}, default options; the last row updates the dense weight.\n"
        "State: what is kept between updates, besides parameters and gradients. FLOPs: of matrix products, 2 per multiply-add;\n"
        "QR, SVD and eigen-decompositions are not counted. GL(r): any gauge (A R, B R^-T); O(r): orthogonal R alone.\n"
        "`steepest optimizers NAME` lists the options of one.\n",
        shape.m, shape.n, shape.r, arguments.precision);
    print_result(note);
  }
  return 0;
}

/// The options of one optimizer, with what it is.
int print_options(const std::string& name, report::Format format) {
  std::vector<std::string> names;
  bool found = false;
  const auto look = [&]<class Plain>(const Plain&) {
    names.push_back(Plain::kName);
    if (name != Plain::kName) return;
    found = true;
    if (format == report::Format::table) print_result(fmt::format("{}: {}\n", Plain::kName, Plain::kSummary));
    print_result(report::render(schema_table(options::schema<Plain>()), format, Terminal(stdout).unicode));
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (look(std::variant_alternative_t<I, optim::AnyOptions>{}), ...); }
  (std::make_index_sequence<std::variant_size_v<optim::AnyOptions>>());
  if (found) return 0;
  std::string valid;
  for (const auto& known : names) valid += (valid.empty() ? "" : ", ") + known;
  throw options::InputError({name, "no such optimizer", valid, options::nearest_name(name, names), "", 0});
}

}  // namespace

Command add_optimizers(CLI::App& program, Session&) {
  auto* command = program.add_subcommand("optimizers", "what every optimizer costs and leaves invariant; or the options of one");
  const auto arguments = std::make_shared<OptimizersArguments>();
  command->add_option("name", arguments->name, "an optimizer whose options are listed")->type_name("[NAME]");
  command->add_option("--out", arguments->fan_out, "rows of the weight (default: 512)")->type_name("N");
  command->add_option("--in", arguments->fan_in, "columns of the weight (default: 128)")->type_name("N");
  command->add_option("--rank", arguments->rank, "rank of the pair (default: 8)")->type_name("N");
  command->add_option("--precision", arguments->precision, "float32 (default) or float64")->type_name("NAME");
  command->add_option("--format", arguments->format, "table, markdown, csv or json")->type_name("NAME");
  command->footer(
      "Examples:\n"
      "  steepest optimizers                              at 512 x 128, rank 8\n"
      "  steepest optimizers --out 4096 --in 4096 --rank 64\n"
      "  steepest optimizers lora_muon");
  return {command, [arguments] {
            const auto format = report::format_named(arguments->format);
            return arguments->name.empty() ? print_table(*arguments, format) : print_options(arguments->name, format);
          }};
}

}  // namespace steepest::app
