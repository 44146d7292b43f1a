// A walk over a syntax tree that meets every expression, outer before inner.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "rules/syntax.hpp"

namespace tocsin::rules::syntax {

/// Any node may be given; `visit` is called with each Expr in it.
template <class Visit>
struct SyntaxWalk {
  Visit visit;

  void operator()(const Expr& expr) const {
    visit(expr);
    std::visit(*this, expr.node);
  }
  void operator()(const Literal&) const {}
  void operator()(const Reference&) const {}
  void operator()(const Member& node) const { (*this)(*node.object); }
  void operator()(const Call& node) const {
    for (const Expr& argument : node.args) (*this)(argument);
  }
  void operator()(const Unary& node) const { (*this)(*node.operand); }
  void operator()(const Binary& node) const {
    (*this)(*node.left);
    (*this)(*node.right);
  }
  void operator()(const IsNull& node) const { (*this)(*node.operand); }
  void operator()(const Membership& node) const {
    (*this)(*node.operand);
    (*this)(node.args);
  }
  void operator()(const Conditional& node) const {
    (*this)(*node.condition);
    (*this)(*node.yes);
    (*this)(*node.no);
  }
  void operator()(const ListOf& node) const { (*this)(node.items); }
  void operator()(const Index& node) const {
    (*this)(*node.object);
    (*this)(*node.index);
    (*this)(node.more);
  }
  void operator()(const Attribute& node) const {
    if (node.object) (*this)(*node.object);
  }
  void operator()(const Box<Format>& node) const { (*this)(node->message); }
  void operator()(const Message& message) const {
    for (const MessagePart& part : message.parts)
      if (const auto* expr = std::get_if<Expr>(&part.node)) (*this)(*expr);
  }
  void operator()(const std::vector<Expr>& exprs) const {
    for (const Expr& expr : exprs) (*this)(expr);
  }
  void operator()(const std::optional<Expr>& expr) const {
    if (expr) (*this)(*expr);
  }
  void operator()(const std::vector<NamedExpr>& fields) const {
    for (const NamedExpr& field : fields) (*this)(field.expr);
  }

  void operator()(const EventRef& event) const { (*this)(event.condition); }
  void operator()(const std::vector<EventRef>& events) const {
    for (const EventRef& event : events) (*this)(event);
  }
  void operator()(const Loop& loop) const {
    if (loop.until) (*this)(loop.until->event);
  }
  void operator()(const Step& step) const {
    (*this)(step.event);
    (*this)(step.loop);
  }
  void operator()(const Absent& absent) const {
    (*this)(absent.events);
    if (!absent.span) return;
    if (const auto* span = std::get_if<Expr>(&*absent.span)) (*this)(*span);
  }
  void operator()(const Group& group) const {
    (*this)(group.elements);
    (*this)(group.loop);
  }
  void operator()(const Choice& choice) const { (*this)(choice.sides); }
  void operator()(const Both& both) const { (*this)(both.sides); }
  void operator()(const std::vector<Element>& elements) const {
    for (const Element& element : elements) std::visit(*this, element.node);
  }

  void operator()(const Match& match) const { (*this)(match.pattern.elements); }
  void operator()(const From& from) const {
    for (const Source& source : from.sources) (*this)(source.event);
    for (const Join& join : from.joins) {
      (*this)(join.source.event);
      (*this)(join.on);
    }
  }
  void operator()(const When& when) const { (*this)(when.condition); }
  void operator()(const By& by) const {
    for (const KeyPart& part : by.parts)
      if (const auto* computed = std::get_if<NamedExpr>(&part.node)) (*this)(computed->expr);
  }
  void operator()(const Throttle& throttle) const { (*this)(throttle.each); }
  void operator()(const Alert& alert) const {
    (*this)(alert.severity);
    (*this)(alert.message);
    (*this)(alert.fields);
    (*this)(alert.condition);
    if (alert.resolve) (*this)(alert.resolve->events);
    (*this)(alert.dedup);
  }
  void operator()(const Emit& emit) const {
    (*this)(emit.fields);
    (*this)(emit.condition);
  }
  void operator()(const Action& action) const {
    (*this)(action.fields);
    (*this)(action.condition);
  }
  // without expressions
  void operator()(const Window&) const {}
  void operator()(const Every&) const {}
  void operator()(const Rollup&) const {}
  void operator()(const Late&) const {}
  void operator()(const Within&) const {}
  void operator()(const AfterMatch&) const {}
  void operator()(const LimitRuns&) const {}
  void operator()(const LimitMatches&) const {}
  void operator()(const LimitMemory&) const {}
  void operator()(const Forget&) const {}
  void operator()(const Tags&) const {}
  void operator()(const Owner&) const {}
  void operator()(const Runbook&) const {}
  void operator()(const Priority&) const {}
  void operator()(const Shadow&) const {}
  void operator()(const Disabled&) const {}

  void operator()(const EventDecl&) const {}
  void operator()(const TableDecl&) const {}
  void operator()(const LetDecl& constant) const { (*this)(constant.value); }
  void operator()(const FnDecl& function) const { (*this)(function.body); }
  void operator()(const Rule& rule) const {
    for (const Clause& clause : rule.clauses) std::visit(*this, clause.node);
  }
  void operator()(const TestEvent& event) const { (*this)(event.fields); }
  void operator()(const Expect& expect) const { (*this)(expect.fields); }
  void operator()(const TestWait&) const {}
  void operator()(const TestLoad&) const {}
  void operator()(const TestStart&) const {}
  void operator()(const TestLateness&) const {}
  void operator()(const Test& test) const {
    for (const auto& item : test.items) std::visit(*this, item);
  }
};
template <class Visit>
SyntaxWalk(Visit) -> SyntaxWalk<Visit>;

}  // namespace tocsin::rules::syntax
