#!/usr/bin/env bash
# More records than fit into memory: linked in pieces on disk, with the result of a run in memory, also when the run is killed
# again and again.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

match() { "$guildhall" match "$@" > out 2> err; status=$?; }
says() { [ "$status" = 0 ] && grep -qF -- "$1" out; }
refused() { [ "$status" = 1 ] && grep -qF -- "$1" err; }
# The clusters of a file, however they are called and ordered: each record beside the first of its cluster.
partition() { awk -F, 'NR > 1 { if (!($2 in first) || $1 < first[$2]) first[$2] = $1; own[$1] = $2 } END { for (id in own) print id, first[own[id]] }' "$1" | sort; }
same_partition() { [ -s "$1" ] && cmp -s <(partition "$1") <(partition "$2"); }
queue() { awk -F, 'NR > 1 { if ($1 < $2) print $1, $2, $3, $4, $5; else print $2, $1, $3, $4, $5 }' "$1" | sort; }
same_queue() { [ -s "$1" ] && cmp -s <(queue "$1") <(queue "$2"); }

"$guildhall" synth --children 12000 --seed 5 --people people.csv > synth.log
echo '{"forename":"forename","surname":"surname","sex":"sex","dob":"birth_date","nhs_number":"nhs_number","address":"address","postcode":"postcode"}' > map.json
match train people.csv --fields map.json --id rec_id --out model.json
state "a model is learnt" says "Wrote model.json"
match run people.csv --model model.json --id rec_id --out memory.csv --clerical memory-queue.csv
state "all is linked in memory" test "$status" = 0
pieces() { match run people.csv --model model.json --id rec_id --out "$1.csv" --clerical "$1-queue.csv" --work "$1.work" "${@:2}"; }
pieces one --memory 100
state "and in pieces" test "$status" = 0
state "with the same clusters" same_partition memory.csv one.csv
state "the same questions for people" same_queue memory-queue.csv one-queue.csv
state "and an empty folder in the end" test -z "$(ls one.work)"
pieces many --memory 0.02
state "in many pieces the clusters are the same" same_partition memory.csv many.csv
state "the questions, too" same_queue memory-queue.csv many-queue.csv
pieces threads --memory 0.02 --threads 3
state "and on three threads, with the same ids of clusters" cmp -s <(sort threads.csv) <(sort many.csv)
state "and a cluster's id" cmp -s <(sort one.csv) <(sort many.csv)

# kill -9, later and later, until it comes to its end.
kills=0
for delay in 0.02 0.05 0.1 0.15 0.2 0.25 0.3 0.4 0.5 0.6 0.8 1 1.5 2 3 4 6 8 12 20 40 80; do
  "$guildhall" match run people.csv --model model.json --id rec_id --out killed.csv --clerical killed-queue.csv \
    --work killed.work --memory 0.02 > out 2> err &
  pid=$!
  (sleep "$delay"; kill -9 "$pid" 2> /dev/null) &
  killer=$!
  wait "$pid" 2> /dev/null
  status=$?
  kill "$killer" 2> /dev/null
  wait "$killer" 2> /dev/null
  [ "$status" = 0 ] && break
  kills=$((kills + 1))
done
state "it is killed at least three times ($kills)" test "$kills" -ge 3
state "started again it goes on where it was" grep -q "going on with the run in killed.work" err
state "and writes the same bytes as the run that was left alone" cmp -s killed.csv many.csv
state "the questions, too" cmp -s killed-queue.csv many-queue.csv

# Killed as it began, and while it tidied up: the folder is as a run leaves it that has written its results.
mkdir early.work
echo '{"identity"' > early.work/run.json.part
pieces early --memory 0.02
state "killed as it began, it begins again" cmp -s early.csv many.csv
"$guildhall" match run people.csv --model model.json --id rec_id --out tidy.csv --clerical tidy-queue.csv --work tidy.work \
  --memory 0.02 > out 2> err &
pid=$!
until [ -f tidy.work/pair.done ] || ! kill -0 "$pid" 2> /dev/null; do sleep 0.01; done
kill -9 "$pid" 2> /dev/null
wait "$pid" 2> /dev/null
cp many.csv tidy.csv
cp many-queue.csv tidy-queue.csv
printf '%s\n' "$PWD/tidy.csv" "$PWD/tidy-queue.csv" "It was written." > tidy.work/written.done
rm -f tidy.work/pair-000001.parcels
cp -r tidy.work missing.work
cp -r tidy.work other.work
cp tidy-queue.csv other.csv
cp tidy-queue.csv other-queue.csv
pieces tidy --memory 0.02
state "killed while it tidied up, it says what it said" says "It was written."
state "and leaves the clusters" cmp -s tidy.csv many.csv
state "and an empty folder" test -z "$(ls tidy.work)"
pieces missing --memory 0.02
state "where the clusters are not there, it runs again" cmp -s missing.csv many.csv
pieces other --memory 0.02
state "and where they are asked for under another name" cmp -s other.csv many.csv

# What people decided.
(echo "id_a,id_b,answer"; sed -n '2,9p' memory-queue.csv | awk -F, '{ print $1 "," $2 "," (NR % 2 ? "yes" : "no") }'
 awk -F, 'NR > 1 && NR < 40 && NR % 13 == 0 { print $1 "," last ",yes" } { last = $1 }' memory.csv
 awk -F, '$3 > 1 && $2 == cluster && ++n <= 3 { print $1 "," last ",no" } { last = $1; cluster = $2 }' memory.csv
 echo "r-unknown,r0000000,no") > decisions.csv
match run people.csv --model model.json --id rec_id --out memory-decided.csv --clerical memory-decided-queue.csv --decisions decisions.csv
pieces decided --memory 0.02 --decisions decisions.csv
state "decisions count in pieces, too" same_partition memory-decided.csv decided.csv
state "they change something" test "$(same_partition memory.csv decided.csv; echo $?)" = 1
state "and leave the same questions" same_queue memory-decided-queue.csv decided-queue.csv
state "one about a record that is not here is told" grep -q "2 records that are not here, the first r-unknown" err

# Files with different columns, and numbers that name nobody.
python3 - << 'PYTHON'
import csv
rows = list(csv.DictReader(open("people.csv")))
def write(name, columns, rows):
    with open(name, "w", newline="") as out:
        writer = csv.DictWriter(out, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
for row in rows[:2000:5]:
    row["nhs_number"] = "4505577104"
write("first.csv", list(rows[0]), rows[:2000])
write("second.csv", ["nhs_number", "dob", "surname", "forename", "rec_id"], rows[2000:])
PYTHON
match run first.csv second.csv --model model.json --id rec_id --out memory-two.csv
grep "names nobody" err > memory-note
match run first.csv second.csv --model model.json --id rec_id --out two.csv --work two.work --memory 0.02
state "of several files with columns of their own" same_partition memory-two.csv two.csv
state "a number that names nobody is told in the same words" cmp -s memory-note <(grep "names nobody" err)
state "there is one" test -s memory-note

pieces refused --previous one.csv
state "what can't be done in pieces is refused" refused "--previous: This can't be done in pieces."
mkdir other && touch other/letter.txt
match run people.csv --model model.json --id rec_id --out x.csv --work other
state "a folder with something else in it is refused" refused "other: This folder holds something else."
match run people.csv --model model.json --out x.csv --work x.work
state "rows without ids are refused" refused "Say which column holds the ids."
(head -100 people.csv; sed -n 50p people.csv) > twice.csv
match run twice.csv --model model.json --id rec_id --out x.csv --work x.work
state "an id that is there twice is refused" refused "An id is there twice: $(sed -n 50p people.csv | cut -d, -f1)."
match run people.csv --model model.json --id rec_id --out x.csv --work x.work
state "another run's folder is refused" refused "x.work: This folder holds a run that was begun with other files"
(cat people.csv; echo "r-short,social_care") > short.csv
match run short.csv --model model.json --id rec_id --out x.csv --work y.work
state "a row that ends too early is refused, with its number" refused "short.csv, row $(wc -l < short.csv): This row has 2 cells"
match run people.csv --model <(sed 's/"words": \[/"words": [], "x": [/' model.json) --id rec_id --out x.csv --work z.work
state "a model that doesn't know how frequent words are is refused" refused "does not say how frequent they are"
finish
