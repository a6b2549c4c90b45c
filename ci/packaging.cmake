# packaging: what is installed and where, manual pages, and a Debian package.
# The program finds its data beside itself, so any prefix serves and a package may be unpacked anywhere.

include(GNUInstallDirs)
set(data ${CMAKE_INSTALL_DATADIR}/mailrig)
install(TARGETS mailrig)
install(DIRECTORY scenarios fixtures reports DESTINATION ${data} PATTERN "embedded" EXCLUDE PATTERN "fuzz" EXCLUDE
  PATTERN "*.png" EXCLUDE PATTERN "run.html" EXCLUDE PATTERN "load.html" EXCLUDE PATTERN "capacity.html" EXCLUDE)
install(FILES README.md DESTINATION ${data})
install(FILES harness/README.md DESTINATION ${data}/harness)
# Debian's form of a changelog, which says where the changes stand.
set(made ${CMAKE_BINARY_DIR}/made)
string(TIMESTAMP today "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(CONFIGURE OUTPUT ${made}/changelog CONTENT "mailrig (@PROJECT_VERSION@) unstable; urgency=medium

  * What is new stands in NEWS.gz.

 -- the mailrig authors <mailrig@example.org>  @today@
" @ONLY)
foreach(from_and_to ${made}/changelog|changelog.gz ${CMAKE_SOURCE_DIR}/CHANGELOG.md|NEWS.gz)
  string(REPLACE "|" ";" parts ${from_and_to})
  list(GET parts 0 from)
  list(GET parts 1 to)
  add_custom_command(OUTPUT ${made}/${to} COMMAND gzip -9nc ${from} > ${made}/${to} DEPENDS ${from})
  install(FILES ${made}/${to} DESTINATION ${CMAKE_INSTALL_DOCDIR})
  list(APPEND pages ${made}/${to})
endforeach()
install(FILES ci/packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
# The container's is for who has the tree.
install(DIRECTORY ci/templates/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples PATTERN Containerfile EXCLUDE)

# Shells complete command lines by what the program itself says.
foreach(shell_and_place "bash|bash-completion/completions|mailrig" "zsh|zsh/site-functions|_mailrig" "fish|fish/vendor_completions.d|mailrig.fish")
  string(REPLACE "|" ";" parts ${shell_and_place})
  list(GET parts 0 shell)
  list(GET parts 1 place)
  list(GET parts 2 name)
  set(script ${made}/completion/${shell})
  add_custom_command(OUTPUT ${script} COMMAND mailrig completion ${shell} --data ${CMAKE_SOURCE_DIR} > ${script} DEPENDS mailrig VERBATIM)
  list(APPEND pages ${script})
  install(FILES ${script} DESTINATION ${CMAKE_INSTALL_DATADIR}/${place} RENAME ${name})
endforeach()

# A page for each subcommand, from its own help, and one for each guide.
find_program(MD2MAN go-md2man)
if(MD2MAN)
  file(GLOB guides CONFIGURE_DEPENDS *.md */*.md)
  add_custom_command(OUTPUT ${made}/man/made COMMAND ci/manuals $<TARGET_FILE:mailrig> ${made}/man COMMAND ${CMAKE_COMMAND} -E touch ${made}/man/made
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DEPENDS mailrig ci/manuals ${guides} VERBATIM)
  list(APPEND pages ${made}/man/made)
  install(DIRECTORY ${made}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR} FILES_MATCHING PATTERN "*.gz")
else()
  message(STATUS "no go-md2man: manual pages are not made")
endif()
add_custom_target(pages ALL DEPENDS ${pages})

set(CPACK_PACKAGE_VENDOR "the mailrig authors")
set(CPACK_PACKAGE_CONTACT "the mailrig authors <mailrig@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "test rig for POP3 and IMAP servers")
set(CPACK_PACKAGE_DESCRIPTION "mailrig replays scripted conversations and simulates users with
several devices against any POP3 or IMAP server, judges every octet against
the RFCs, and measures latency, throughput and capacity.")
set(CPACK_PACKAGE_FILE_NAME "mailrig_${PROJECT_VERSION}_${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "dovecot-imapd, dovecot-pop3d, bash-completion")
include(CPack)
