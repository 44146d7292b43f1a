// What follows from a program's states and exits: what matches begin with, whether time ends or completes runs, which
// events concern which states, and behind which `and`s the pattern may end.
//
// Last part of compiling a plan, behind registers.hpp. No state: any thread.
#pragma once

#include "matcher/program.hpp"

namespace tocsin::matcher {

void add_facts(Program& program);

}  // namespace tocsin::matcher
