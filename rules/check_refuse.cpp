// Finds what the language has and this version doesn't run, wherever it stands in the trees, and refuses it by name.
//
// One walk over all nodes, so that each such construct is reported exactly once; the later stages pass over them.
#include "rules/check.hpp"

namespace tocsin::rules::checking {
namespace {

struct Refuse {
  Draft& draft;

  void operator()(const syntax::NotYet& node) const {
    error(draft, "E0901", node.span, node.what + " can't be used yet", "not available in this version");
  }

  void operator()(const syntax::Expr& expr) const { std::visit(*this, expr.node); }
  void operator()(const syntax::Literal&) const {}
  void operator()(const syntax::Reference&) const {}
  void operator()(const syntax::Member& node) const { (*this)(*node.object); }
  void operator()(const syntax::Call& node) const {
    for (const syntax::Expr& argument : node.args) (*this)(argument);
  }
  void operator()(const syntax::Unary& node) const { (*this)(*node.operand); }
  void operator()(const syntax::Binary& node) const {
    (*this)(*node.left);
    (*this)(*node.right);
  }
  void operator()(const syntax::IsNull& node) const { (*this)(*node.operand); }
  void operator()(const syntax::Membership& node) const {
    (*this)(*node.operand);
    (*this)(node.args);
  }
  void operator()(const syntax::Conditional& node) const {
    (*this)(*node.condition);
    (*this)(*node.yes);
    (*this)(*node.no);
  }
  void operator()(const syntax::ListOf& node) const { (*this)(node.items); }
  void operator()(const syntax::Index& node) const {
    (*this)(*node.object);
    (*this)(*node.index);
    (*this)(node.more);
  }
  void operator()(const syntax::Attribute& node) const {
    if (node.object) (*this)(*node.object);
  }
  void operator()(const syntax::Box<syntax::Format>& node) const { (*this)(node->message); }
  void operator()(const syntax::Message& message) const {
    for (const syntax::MessagePart& part : message.parts)
      if (const auto* expr = std::get_if<syntax::Expr>(&part.node)) (*this)(*expr);
  }
  void operator()(const std::vector<syntax::Expr>& exprs) const {
    for (const syntax::Expr& expr : exprs) (*this)(expr);
  }
  void operator()(const std::optional<syntax::Expr>& expr) const {
    if (expr) (*this)(*expr);
  }
  void operator()(const std::vector<syntax::NamedExpr>& fields) const {
    for (const syntax::NamedExpr& field : fields) (*this)(field.expr);
  }

  void operator()(const syntax::EventRef& event) const { (*this)(event.condition); }
  void operator()(const std::vector<syntax::EventRef>& events) const {
    for (const syntax::EventRef& event : events) (*this)(event);
  }
  void operator()(const syntax::Loop& loop) const {
    if (loop.until) (*this)(loop.until->event);
  }
  void operator()(const syntax::Step& step) const {
    (*this)(step.event);
    (*this)(step.loop);
  }
  void operator()(const syntax::Absent& absent) const {
    (*this)(absent.events);
    if (!absent.span) return;
    if (const auto* span = std::get_if<syntax::Expr>(&*absent.span)) (*this)(*span);
  }
  void operator()(const syntax::Group& group) const {
    (*this)(group.elements);
    (*this)(group.loop);
  }
  void operator()(const syntax::Choice& choice) const { (*this)(choice.sides); }
  void operator()(const syntax::Both& both) const { (*this)(both.sides); }
  void operator()(const std::vector<syntax::Element>& elements) const {
    for (const syntax::Element& element : elements) std::visit(*this, element.node);
  }

  void operator()(const syntax::Match& match) const { (*this)(match.pattern.elements); }
  void operator()(const syntax::From& from) const {
    for (const syntax::Source& source : from.sources) (*this)(source.event);
    for (const syntax::Join& join : from.joins) {
      (*this)(join.source.event);
      (*this)(join.on);
    }
  }
  void operator()(const syntax::When& when) const { (*this)(when.condition); }
  void operator()(const syntax::By& by) const {
    for (const syntax::KeyPart& part : by.parts)
      if (const auto* computed = std::get_if<syntax::NamedExpr>(&part.node)) (*this)(computed->expr);
  }
  void operator()(const syntax::Throttle& throttle) const { (*this)(throttle.each); }
  void operator()(const syntax::Alert& alert) const {
    (*this)(alert.severity);
    (*this)(alert.message);
    (*this)(alert.fields);
    (*this)(alert.condition);
    if (alert.resolve) (*this)(alert.resolve->events);
    (*this)(alert.dedup);
  }
  void operator()(const syntax::Emit& emit) const {
    (*this)(emit.fields);
    (*this)(emit.condition);
  }
  void operator()(const syntax::Action& action) const {
    (*this)(action.fields);
    (*this)(action.condition);
  }
  // clauses without expressions
  void operator()(const syntax::Window&) const {}
  void operator()(const syntax::Every&) const {}
  void operator()(const syntax::Rollup&) const {}
  void operator()(const syntax::Late&) const {}
  void operator()(const syntax::Within&) const {}
  void operator()(const syntax::AfterMatch&) const {}
  void operator()(const syntax::LimitRuns&) const {}
  void operator()(const syntax::LimitMatches&) const {}
  void operator()(const syntax::LimitMemory&) const {}
  void operator()(const syntax::Forget&) const {}
  void operator()(const syntax::Tags&) const {}
  void operator()(const syntax::Owner&) const {}
  void operator()(const syntax::Runbook&) const {}
  void operator()(const syntax::Priority&) const {}
  void operator()(const syntax::Shadow&) const {}
  void operator()(const syntax::Disabled&) const {}

  void operator()(const syntax::EventDecl&) const {}
  void operator()(const syntax::TableDecl&) const {}
  void operator()(const syntax::LetDecl& constant) const { (*this)(constant.value); }
  void operator()(const syntax::FnDecl& function) const { (*this)(function.body); }
  void operator()(const syntax::Rule& rule) const {
    for (const syntax::Clause& clause : rule.clauses) std::visit(*this, clause.node);
  }
  void operator()(const syntax::TestEvent& event) const { (*this)(event.fields); }
  void operator()(const syntax::Expect& expect) const { (*this)(expect.fields); }
  void operator()(const syntax::TestWait&) const {}
  void operator()(const syntax::TestLoad&) const {}
  void operator()(const syntax::TestStart&) const {}
  void operator()(const syntax::TestLateness&) const {}
  void operator()(const syntax::Test& test) const {
    for (const auto& item : test.items) std::visit(*this, item);
  }
};

}  // namespace

void refuse_not_yet(Draft& draft) {
  const Refuse refuse{draft};
  for (const syntax::Tree& tree : draft.trees)
    for (const syntax::Declaration& declaration : tree.declarations) std::visit(refuse, declaration.node);
}

}  // namespace tocsin::rules::checking
