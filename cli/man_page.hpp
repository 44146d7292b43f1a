// Manual pages, of man(7)'s macros, from the table of commands: tocsin(1), and one for each command.
#pragma once

#include <string>
#include <string_view>

#include "cli/command_table.hpp"

namespace tocsin::cli {

std::string man_page(const CommandTable& table);
/// Empty: there is no such command.
std::string man_page(const CommandTable& table, std::string_view command);

}  // namespace tocsin::cli
