// RulePlan → JoinProgram: what is kept of each side's events, which values are the same in each pair, and the code for
// the rest of `on` and for the arguments of aggregates.
#include <algorithm>

#include "events/assert.hpp"
#include "matcher/join.hpp"
#include "rules/reads.hpp"

namespace tocsin::matcher {

namespace {

using events::Type;
using rules::Expr;
using rules::Op;
using Kind = rules::WindowPlan::Kind;

/// So many windows over one row, and a block for each costs more than to add up what they have in common.
constexpr std::int64_t kManyWindows = 16;

/// Of side 0's events, from one expression for each of their types: alike but for the fields that they read.
Expr of_side(const std::vector<const Expr*>& by_type) {
  Expr made = *by_type.front();
  if (made.op == Op::field) {
    made.op = Op::step_field;
    made.step = 0;
    for (const Expr* expr : by_type)
      if (by_type.size() > 1) made.fields.push_back(expr->field);
  }
  for (std::size_t i = 0; i < made.args.size(); ++i) {
    std::vector<const Expr*> args;
    for (const Expr* expr : by_type) {
      TOCSIN_ASSERT(i < expr->args.size());
      args.push_back(&expr->args[i]);
    }
    made.args[i] = of_side(args);
  }
  return made;
}

bool same_field(const Expr& a, const Expr& b) {
  return a.op == Op::step_field && b.op == Op::step_field && a.step == b.step && a.field == b.field &&
         a.fields == b.fields;
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
        program_(std::make_shared<JoinProgram>()) {}

  std::shared_ptr<JoinProgram> compile() {
    TOCSIN_ASSERT(window_.join && window_.sides.size() == 2);
    add_types();
    copy_plan();
    add_on();
    add_arguments();
    add_results();
    for (std::uint32_t side = 0; side < 2; ++side) add_side(side);
    add_words();
    return program_;
  }

 private:
  void add_types() {
    for (std::uint32_t side = 0; side < 2; ++side) types_[side] = rules::types_of(window_.sides[side]);
  }

  void copy_plan() {
    JoinProgram& program = *program_;
    program.left = window_.join->left;
    program.last = window_.join->last;
    program.aggregated = window_.aggregated;
    program.within = window_.join->within;
    program.kind = window_.kind;
    program.size = window_.size;
    program.early = window_.early;
    program.early_events = window_.early_events;
    program.alerts = std::any_of(plan_.outputs.begin(), plan_.outputs.end(), [](const rules::OutputPlan& output) {
      return std::holds_alternative<rules::AlertPlan>(output.node);
    });
    if (window_.kind == Kind::tumbling && !window_.zone.empty())
      program.alignment = Alignment::of_days(window_.size.ns / 86'400'000'000'000, window_.zone);
    else if (window_.kind == Kind::tumbling)
      program.alignment = Alignment::of(window_.size, window_.size);
    else if (window_.kind == Kind::sliding)
      program.alignment = Alignment::of(window_.size, window_.every);
  }

  /// Parts of the key as what side 0's event says of them: of a pair both sides say the same.
  Expr without_key(const Expr& expr) const {
    Expr made = expr;
    if (expr.op == Op::key_part) return key_part(expr);
    for (Expr& arg : made.args) arg = without_key(arg);
    return made;
  }
  Expr key_part(const Expr& expr) const {
    const rules::KeyPart& part = plan_.key.at(expr.field);
    std::vector<Expr> by_type;
    for (const events::TypeId type : types_[0]) {
      const auto input = std::find(plan_.inputs.begin(), plan_.inputs.end(), type) - plan_.inputs.begin();
      const auto place = static_cast<std::size_t>(input);
      Expr field;
      field.op = Op::field;
      field.type = part.type;
      field.field = place < part.field.size() ? part.field[place] : rules::kNoField;
      by_type.push_back(field.field == rules::kNoField ? part.exprs.at(place) : field);
    }
    std::vector<const Expr*> exprs;
    for (const Expr& expression : by_type) exprs.push_back(&expression);
    return of_side(exprs);
  }

  RegisterId field_register(const Expr& expr) {
    return registers_.require({Register::Kind::value, expr.step, expr.field, expr.fields});
  }

  void add_on() {
    if (!window_.join->on) return;
    std::vector<Expr> equal;
    std::vector<Expr> rest;
    split_conjunction(
        without_key(*window_.join->on), [](const Expr& part) { return !is_equal(part); }, equal, rest);
    for (const Expr& part : equal) {
      const bool swapped = part.args[0].step == 1;
      equal_.push_back({field_register(part.args[swapped ? 1 : 0]), field_register(part.args[swapped ? 0 : 1])});
      program_->equal.push_back({{}, part.args[0].type});
    }
    if (!rest.empty()) {
      Expr condition = conjunction(std::move(rest));
      program_->on = matcher::compile(condition, registers_, symbols_);
    }
  }
  /// Slots tell: a field of either side, both of one type that is no list.
  static bool is_equal(const Expr& part) {
    if (part.op != Op::eq) return false;
    const Expr& a = part.args[0];
    const Expr& b = part.args[1];
    return a.op == Op::step_field && b.op == Op::step_field && a.step != b.step && a.type == b.type &&
           !events::is_list(a.type);
  }

  void add_arguments() {
    std::vector<Expr> exprs;
    for (const rules::Aggregate& aggregate : window_.aggregates) {
      if (aggregate.argument.empty()) {
        program_->argument_of.push_back(0);
        program_->argument_types.push_back(Type::integer);
        continue;
      }
      Expr argument = without_key(aggregate.argument.front());
      const auto known =
          std::find_if(exprs.begin(), exprs.end(), [&](const Expr& other) { return same_field(argument, other); });
      program_->argument_of.push_back(static_cast<std::uint32_t>(known - exprs.begin()));
      program_->argument_types.push_back(argument.type);
      if (known != exprs.end()) continue;
      program_->arguments.push_back(matcher::compile(argument, registers_, symbols_));
      exprs.push_back(std::move(argument));
    }
    if (window_.aggregated && !program_->last) add_set();
  }

  void add_set() {
    JoinProgram& program = *program_;
    program.set = compile_accumulators(window_, program.argument_of, program.argument_types, false);
    const bool early = window_.early || window_.early_events;
    const bool many = window_.kind == Kind::sliding && window_.size.ns / window_.every.ns >= kManyWindows;
    program.keeps_rows = program.left || window_.kind == Kind::rolling || many;
    program.sums_rows = program.keeps_rows && program.set.plain && !early;
    program.keeps_windows = !program.keeps_rows || early || window_.kind == Kind::session;
  }

  void add_results() {
    const std::vector<Register>& all = registers_.all();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto id = static_cast<RegisterId>(i);
      if (all[i].kind == Register::Kind::window_value) program_->values.emplace_back(id, all[i].field);
      if (all[i].kind == Register::Kind::window_start) program_->starts.push_back(id);
      if (all[i].kind == Register::Kind::window_end) program_->ends.push_back(id);
    }
    program_->registers = static_cast<std::uint32_t>(all.size());
  }

  void add_side(std::uint32_t number) {
    JoinSide& side = program_->sides[number];
    for (const rules::Single& single : window_.sides[number].fits) {
      side.fits.push_back(compile_fit(single, conditions_, symbols_));
      side.columns.emplace_back();
    }
    const std::vector<Register>& all = registers_.all();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].kind != Register::Kind::value || all[i].step != number) continue;
      for (std::size_t fit = 0; fit < side.fits.size(); ++fit)
        side.columns[fit].push_back(column(all[i], number, side.fits[fit].type));
      const events::TypeId type = side.fits.front().type;
      side.types.push_back(schema_[type].fields.at(side.columns.front().back()).type);
      for (std::size_t e = 0; e < equal_.size(); ++e)
        if (equal_[e][number] == i)
          program_->equal[e].place[number] = static_cast<std::uint32_t>(side.registers.size());
      side.registers.push_back(static_cast<RegisterId>(i));
    }
  }
  std::uint32_t column(const Register& reg, std::uint32_t side, events::TypeId type) const {
    if (reg.fields.empty()) return reg.field;
    const auto place = std::find(types_[side].begin(), types_[side].end(), type) - types_[side].begin();
    return reg.fields.at(static_cast<std::size_t>(place));
  }

  void add_words() {
    JoinProgram& program = *program_;
    const bool shared = std::none_of(types_[0].begin(), types_[0].end(), [&](events::TypeId type) {
      return std::find(types_[1].begin(), types_[1].end(), type) != types_[1].end();
    });
    std::array<std::uint32_t, 2> words{};
    for (std::size_t side = 0; side < 2; ++side) {
      const auto registers = static_cast<std::uint32_t>(program.sides[side].registers.size());
      words[side] = (registers + 63) / 64 + registers;
    }
    program.at = {0, shared ? 0 : words[0]};
    program.words = shared ? std::max(words[0], words[1]) : words[0] + words[1];
    const auto arguments = static_cast<std::uint32_t>(program.arguments.size());
    program.row_words = (arguments + 63) / 64 + arguments;
  }

  const rules::RulePlan& plan_;
  const rules::WindowPlan& window_;
  const events::Schema& schema_;
  Conditions& conditions_;
  RegisterFile& registers_;
  events::SymbolTable& symbols_;
  std::shared_ptr<JoinProgram> program_;
  std::array<std::vector<events::TypeId>, 2> types_;
  std::vector<std::array<RegisterId, 2>> equal_;
};

}  // namespace

std::shared_ptr<JoinProgram> compile_join(const rules::RulePlan& plan, const events::Schema& schema,
                                          Conditions& conditions, RegisterFile& registers,
                                          events::SymbolTable& symbols) {
  return Compiler(plan, schema, conditions, registers, symbols).compile();
}

}  // namespace tocsin::matcher
