#include "matcher/window_program.hpp"

#include <algorithm>
#include <string>

#include "events/assert.hpp"
#include "matcher/join.hpp"
#include "rules/reads.hpp"

namespace tocsin::matcher {

using Kind = rules::WindowPlan::Kind;
using rules::Expr;
using rules::Op;

namespace {

template <class Wanted>
bool any_part(const Expr& expr, const Wanted& wanted) {
  return wanted(expr) ||
         std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return any_part(arg, wanted); });
}

/// What it gives of an empty window may be another at another time.
bool depends_on_time(const Expr& expr) {
  return any_part(expr, [](const Expr& part) {
    return part.op == Op::window_start || part.op == Op::window_end ||
           (part.op == Op::lookup && part.table->type != events::kNoType);
  });
}

class Compiler {
 public:
  Compiler(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions, RegisterFile& registers,
           events::SymbolTable& symbols)
      : plan_(plan),
        window_(*plan.window),
        schema_(schema),
        conditions_(conditions),
        registers_(registers),
        symbols_(symbols),
        made_(std::make_shared<WindowProgram>()) {}

  std::shared_ptr<const WindowProgram> run() {
    made_->plan = &plan_;
    made_->window = &window_;
    made_->late = window_.late.value_or(events::Duration{});
    made_->notes = window_.early || window_.early_events || made_->late.ns > 0;
    add_outputs();
    if (window_.join) {
      const std::shared_ptr<JoinProgram> join = compile_join(plan_, schema_, conditions_, registers_, symbols_);
      join->empty_alike = is_empty_alike();
      made_->join = join;
      made_->joined_windows = !made_->join->last || !made_->join->aggregated;
      if (made_->joined_windows) return made_;
      add_joined_arguments();
    } else {
      add_inputs();
      add_arguments();
      add_plain_inputs();
    }
    add_set();
    add_alignments();
    add_registers();
    made_->lone = made_->alignments.size() == 1 && !made_->notes;
    made_->empty_alike = is_empty_alike();
    return made_;
  }

 private:
  void add_outputs() {
    for (const rules::OutputPlan& output : plan_.outputs) {
      made_->alerts |= std::holds_alternative<rules::AlertPlan>(output.node);
      made_->tells_first |= !std::holds_alternative<rules::EmitPlan>(output.node);
    }
  }

  void add_inputs() {
    made_->inputs.assign(schema_.types.size(), kNoInput);
    made_->fits.resize(plan_.inputs.size());
    for (std::size_t i = 0; i < plan_.inputs.size(); ++i) {
      made_->inputs[events::index_of(plan_.inputs[i])] = static_cast<std::uint16_t>(i);
      for (const rules::Single& single : window_.sides[0].fits)
        if (single.type == plan_.inputs[i]) made_->fits[i].push_back(compile_fit(single, conditions_, symbols_));
    }
  }

  void add_arguments() {
    std::vector<std::string> seen;
    for (const rules::Aggregate& aggregate : window_.aggregates) {
      if (aggregate.argument.empty()) {
        places_.push_back(0);
        types_.push_back(events::Type::integer);
        continue;
      }
      std::string text;
      for (const Expr& expr : aggregate.argument) text += rules::dump(expr, plan_, schema_) + '\n';
      const auto found = std::find(seen.begin(), seen.end(), text);
      places_.push_back(static_cast<std::uint32_t>(found - seen.begin()));
      types_.push_back(aggregate.argument[0].type);
      if (found != seen.end()) continue;
      seen.push_back(std::move(text));
      made_->arguments.push_back(argument_of(aggregate));
    }
  }

  void add_plain_inputs() {
    made_->plain.resize(made_->inputs.size());
    for (std::size_t type = 0; type < made_->inputs.size(); ++type) {
      const std::uint16_t input = made_->inputs[type];
      if (input == kNoInput || made_->fits[input].size() != 1 || made_->fits[input][0].code != nullptr) continue;
      PlainInput& plain = made_->plain[type];
      plain.bit = made_->fits[input][0].bit;
      plain.plain = true;
      for (const WindowArgument& argument : made_->arguments) {
        plain.fields.push_back(argument.fields[input]);
        if (plain.fields.back() == rules::kNoField) plain.plain = false;
      }
    }
  }

  WindowArgument argument_of(const rules::Aggregate& aggregate) {
    TOCSIN_ASSERT(aggregate.argument.size() == plan_.inputs.size());
    WindowArgument argument;
    argument.type = aggregate.argument[0].type;
    for (const Expr& expr : aggregate.argument) {
      const bool is_field = expr.op == Op::field;
      argument.fields.push_back(is_field ? expr.field : rules::kNoField);
      RegisterFile none(conditions_.tables());
      argument.codes.push_back(is_field ? Code{} : matcher::compile(expr, none, symbols_));
    }
    return argument;
  }

  /// The join gives rows with their arguments.
  void add_joined_arguments() {
    places_ = made_->join->argument_of;
    types_ = made_->join->argument_types;
    for (const Code& code : made_->join->arguments) made_->arguments.push_back({code.type, {}, {}});
  }

  void add_set() {
    made_->by_row = window_.kind == Kind::last || (window_.kind == Kind::rolling && window_.every.ns == 0);
    if (made_->by_row)
      made_->rolling = compile_rolling_accumulators(window_, places_, types_);
    else
      made_->set = compile_accumulators(window_, places_, types_, made_->late.ns > 0);
    made_->two_stacks = made_->pane_set().plain && made_->late.ns == 0;
  }

  void add_alignments() {
    if (!window_.grains.empty()) {
      for (const events::Duration grain : window_.grains) made_->alignments.push_back(Alignment::of(grain, grain));
    } else if (window_.kind == Kind::tumbling && !window_.zone.empty()) {
      made_->alignments.push_back(Alignment::of_days(window_.size.ns / 86'400'000'000'000, window_.zone));
    } else if (window_.kind == Kind::tumbling) {
      made_->alignments.push_back(Alignment::of(window_.size, window_.size));
    } else if (window_.kind == Kind::sliding) {
      made_->alignments.push_back(Alignment::of(window_.size, window_.every));
    }
  }

  void add_registers() {
    const std::vector<Register>& all = registers_.all();
    made_->registers = static_cast<std::uint32_t>(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto place = static_cast<RegisterId>(i);
      if (all[i].kind == Register::Kind::window_value) made_->values.emplace_back(place, all[i].field);
      if (all[i].kind == Register::Kind::window_start) made_->starts.push_back(place);
      if (all[i].kind == Register::Kind::window_end) made_->ends.push_back(place);
      if (all[i].kind == Register::Kind::window_grain) made_->grains.push_back(place);
    }
  }

  bool is_empty_alike() const {
    if (plan_.throttle || (window_.when && depends_on_time(*window_.when))) return false;
    return std::all_of(plan_.outputs.begin(), plan_.outputs.end(), [](const rules::OutputPlan& output) {
      const auto* alert = std::get_if<rules::AlertPlan>(&output.node);
      return alert == nullptr || (alert->hold.ns == 0 && !(output.condition && depends_on_time(*output.condition)) &&
                                  !(alert->dedup && depends_on_time(*alert->dedup)));
    });
  }

  const rules::RulePlan& plan_;
  const rules::WindowPlan& window_;
  const events::Schema& schema_;
  Conditions& conditions_;
  RegisterFile& registers_;
  events::SymbolTable& symbols_;
  std::shared_ptr<WindowProgram> made_;
  std::vector<std::uint32_t> places_;  ///< by aggregate: its argument
  std::vector<events::Type> types_;    ///< by aggregate: of its argument
};

}  // namespace

std::shared_ptr<const WindowProgram> compile_windows(const rules::RulePlan& plan, const events::Schema& schema,
                                                     Conditions& conditions, RegisterFile& registers,
                                                     events::SymbolTable& symbols) {
  return Compiler(plan, schema, conditions, registers, symbols).run();
}

}  // namespace tocsin::matcher
