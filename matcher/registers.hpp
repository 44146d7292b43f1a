// What becomes of a program's registers: which of them a taken event changes, and which can still be read from a state.
//
// Last part of compiling a plan: states, exits, registers and counters stand. No state: any thread.
#pragma once

#include "matcher/program.hpp"
#include "rules/waiting.hpp"

namespace tocsin::matcher {

/// Turn::updates, and what registers are of no event.
void add_updates(Program& program, const rules::RulePlan& plan, const events::Schema& schema);

/// Program::compared.
void add_compared(Program& program);

/// State::visible.
void add_visible(Program& program, const rules::WaitingPoints& waiting);

}  // namespace tocsin::matcher
