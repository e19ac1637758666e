#!/bin/sh
# A pipeline that releases a commit as soon as the tests of all roles have passed on all LTS images, whoever runs them:
#
#   REGISTRY_URL=http://127.0.0.1:4000/graphql COMMIT=b312abb examples/release.sh ./release
#
# It registers nothing and runs no tests: jobs on other machines do so, with `registry role set`. It exits with 3, and shows what is
# missing, if not everything has passed within WAIT (default: two hours), and with 5 if there is nothing to pass.
set -eu

# The images of tonight must be there first: another job builds them.
registry image wait lts=true --timeout "${WAIT:-2h}" > /dev/null

# Then every role on every one of them, whatever is tested while this waits.
registry role matrix rows=name columns=image --column-where lts=true "commit=$COMMIT" --wait "${WAIT:-2h}" -o table

"$@"
