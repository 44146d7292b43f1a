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
  void operator()(const std::vector<syntax::NamedExpr>& fields) const {
    for (const syntax::NamedExpr& field : fields) (*this)(field.expr);
  }

  void operator()(const syntax::EventRef& event) const {
    if (event.condition) (*this)(*event.condition);
  }
  void operator()(const syntax::Step& step) const { (*this)(step.event); }
  void operator()(const syntax::Absent& absent) const {
    for (const syntax::EventRef& event : absent.events) (*this)(event);
  }

  void operator()(const syntax::Match& match) const {
    for (const syntax::Element& element : match.pattern.elements) std::visit(*this, element.node);
  }
  void operator()(const syntax::By&) const {}
  void operator()(const syntax::Within&) const {}
  void operator()(const syntax::AfterMatchSkipPastLast&) const {}
  void operator()(const syntax::LimitRuns&) const {}
  void operator()(const syntax::Alert& alert) const {
    for (const syntax::MessagePart& part : alert.message.parts)
      if (const auto* expr = std::get_if<syntax::Expr>(&part.node)) (*this)(*expr);
    (*this)(alert.fields);
  }
  void operator()(const syntax::Emit& emit) const { (*this)(emit.fields); }

  void operator()(const syntax::EventDecl& event) const {
    for (const syntax::FieldDecl& field : event.fields)
      if (const auto* refused = std::get_if<syntax::NotYet>(&field.type)) (*this)(*refused);
  }
  void operator()(const syntax::Rule& rule) const {
    for (const syntax::Clause& clause : rule.clauses) std::visit(*this, clause.node);
  }
  void operator()(const syntax::TestEvent& event) const { (*this)(event.fields); }
  void operator()(const syntax::TestWait&) const {}
  void operator()(const syntax::Expect& expect) const { (*this)(expect.fields); }
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
