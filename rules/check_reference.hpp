// What names are looked up by, wherever they stand.
#pragma once

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

std::optional<events::Severity> severity_called(std::string_view name);
/// Null: there is none.
ConstantDraft* constant_called(const std::string& name, const Scope& scope);
/// Empty: it is bad, which is reported.
std::optional<Expr> read_constant(ConstantDraft& constant, const syntax::Name& name, const Scope& scope);
std::vector<std::string> names_of(const std::map<std::string, ConstantDraft>& constants);
/// Whether all types that the step takes have the field.
bool has_field(std::uint32_t step, const std::string& field, const Scope& scope);

/// `name` could be `one`, declared at `one_place`, or `other`.
void refuse_ambiguous(const syntax::Name& name, std::string_view one, Span one_place, std::string_view other,
                      Span other_place, const Scope& scope);
/// A step where a value must stand.
void refuse_step(const syntax::Name& name, const Scope& scope);

// ---- in outputs

std::optional<std::uint32_t> key_part_called(std::string_view name, const Scope& scope);
Expr key_read(std::uint32_t part, const Scope& scope);
Span place_of_part(std::uint32_t part, const Scope& scope);
/// Where a severity stands, a word that only lacks a letter of one. Tells whether it is reported.
bool refuse_as_severity(const syntax::Name& name, const Scope& scope);

std::optional<Expr> bare_in_output(const syntax::Name& name, const Scope& scope);
std::optional<Expr> member_in_output(const Path& path, Span span, const Scope& scope);

}  // namespace tocsin::rules::checking
