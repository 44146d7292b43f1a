# Manual pages and completion scripts, as the command itself writes them, into the folder SHARE.
#
#   cmake -D TOCSIN=build/release/cli/tocsin -D SHARE=folder -P share.cmake
function(write file)
  execute_process(COMMAND ${TOCSIN} ${ARGN} OUTPUT_FILE ${SHARE}/${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${SHARE})
file(MAKE_DIRECTORY ${SHARE}/man1)
write(man1/tocsin.1 --help-man)
# The page names those of the commands: tocsin-run (1)
file(STRINGS ${SHARE}/man1/tocsin.1 references REGEX "^\\.BR tocsin.*-[a-z-]+ ")
foreach(reference IN LISTS references)
  string(REGEX REPLACE "^\\.BR tocsin[^a-z]*([a-z]+) .*" "\\1" command "${reference}")
  write(man1/tocsin-${command}.1 --help-man ${command})
endforeach()
foreach(shell bash zsh fish)
  write(${shell} completion ${shell})
endforeach()
file(TOUCH ${SHARE}/done)
