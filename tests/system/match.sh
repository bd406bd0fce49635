#!/usr/bin/env bash
# Linking CSV files from the command line, as an analyst does: a model is learnt, records are linked, ids last, people are
# asked, and what can't be is refused. Labelled files of ../shared are scored where they are.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
guildhall=$(realpath "${GUILDHALL:-build/dev/guildhall}")
examples=$(realpath docs/guides/examples)
shared=$(realpath -m "${GUILDHALL_SHARED:-../shared}")/data/linkage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
cp "$examples/children.csv" "$examples/children-fields.json" .

match() { "$guildhall" match "$@" > out 2> err; status=$?; }
says() { [ "$status" = 0 ] && grep -qF -- "$1" out; }
refused() { [ "$status" = 1 ] && grep -qF -- "$1" err; }

match train children.csv --fields children-fields.json --id rec_id --out model.json
state "a model is learnt from 218 records" says "Wrote model.json, learnt from 218 records."
state "which rules were chosen is told" grep -q '^\* all pairs' err
cp model.json first.json
match train children.csv --fields children-fields.json --id rec_id --out model.json --threads 1
state "the same records give the same model, on one thread, too" cmp -s model.json first.json

match run children.csv --model model.json --id rec_id --out one.csv --clerical queue.csv
state "they are 111 children" says "218 records are 111 clusters (0 kept, 111 new"
(head -1 children.csv; tail -n +2 children.csv | shuf --random-source=children.csv) > shuffled.csv
match run shuffled.csv --model model.json --id rec_id --out two.csv --previous one.csv
state "in another order they are the same, and keep their ids" says "218 records are 111 clusters (111 kept, 0 new"
state "every record has the cluster it had" cmp -s <(cut -d, -f1,2 one.csv | sort) <(cut -d, -f1,2 two.csv | sort)

a=r0000069 b=r0000130
cluster_of() { grep "^$1," "$2" | cut -d, -f2; }
state "two records of one boy are one" test "$(cluster_of $a one.csv)" = "$(cluster_of $b one.csv)"
printf 'id_a,id_b,answer\n%s,%s,no\n' $a $b > decisions.csv
match run children.csv --model model.json --id rec_id --out three.csv --previous one.csv --decisions decisions.csv
state "but not where a steward has said no" test "$(cluster_of $a three.csv)" != "$(cluster_of $b three.csv)"
match explain children.csv --model model.json --id rec_id $a $b
state "a pair is explained" says "The same surname: HALL"
match explain children.csv --model model.json --id rec_id $a $b --json
state "as data, too" says '"comparison":"surname","level":"exact","a":"HALL"'

match review children.csv --model model.json --id rec_id --sample 30 --out sample.csv
state "a sample of pairs is drawn for people" says "Wrote 30 pairs to sample.csv"
sed -E 's/^(".*)?,$/\1,yes/' sample.csv > answers.csv
match review children.csv --model model.json --id rec_id --answers answers.csv
state "their answers say how right the model is" says "precision 1.0000 (95 %:"
match train children.csv --model model.json --id rec_id --decisions answers.csv --out learnt.json
state "and make another" says "Wrote learnt.json."
match run children.csv --model learnt.json --id rec_id --out four.csv
state "which links" says "218 records are"
sed -E 's/,yes$/,perhaps/' answers.csv > wrong.csv
match review children.csv --model model.json --id rec_id --answers wrong.csv
state "an answer that is none is refused, with its row" refused '"perhaps" is no answer'

# At the terminal: what is no answer is asked again, each answer is kept at once, nobody is asked twice.
review() { match review children.csv --model model.json --id rec_id --queue queue.csv --decisions said.csv --by "J. Steward"; }
review < <(printf 'perhaps\nno two boys, one cot\nu\nquit\n')
state "a pair of the queue is asked about, with its explanation" says "Another forename:"
state "and what was answered is told" says "2 answered, 1 left."
state "who and why are kept" grep -q '^r0000023,r0000089,no,"two boys, one cot",J. Steward,20' said.csv
review < /dev/null
state "only what is open is asked again" says "0 answered, 1 left."
state "and nothing that was answered" test "$(grep -c ' of 3: ' out)" = 1
match run children.csv --model model.json --id rec_id --out five.csv --previous one.csv --decisions said.csv --clerical open.csv
state "an answer ends the question" test "$(grep -c looks_like_twins open.csv)" = 0
printf 'id_a,id_b,answer\nnobody,%s,no\n' $a > gone.csv
match run children.csv --model model.json --id rec_id --out five.csv --decisions gone.csv
state "a decision about somebody who is not here is told" grep -q 'note: 1 decisions are about records that are not here' err
match review children.csv --model model.json --id rec_id --queue queue.csv --decisions children.csv --by x
state "answers are not added to a file of another kind" refused "This file was not written by guildhall match review."
match review children.csv --model model.json --id rec_id --queue gone.csv --decisions said.csv --by x
state "a queue about other records is refused, with its row" refused "gone.csv, row 2: No record has one of these ids."
match review children.csv --model model.json --id rec_id --answers said.csv
state "the queue is no sample" refused "There is no answer about a pair of a sample."

# Three changes: half of the records, then all.
(head -1 children.csv; tail -n +2 children.csv | head -150) > early.csv
match run early.csv --model model.json --id rec_id --out early-out.csv
match run children.csv --model model.json --id rec_id --out late-out.csv --previous early-out.csv --changes changes.csv
state "a feed says which clusters are new" grep -q '^created,' changes.csv
state "and which have grown" grep -q '^grown,' changes.csv
match run early.csv --model model.json --id rec_id --out early-out.csv --previous late-out.csv --changes changes.csv
state "and which are gone" grep -q '^gone,' changes.csv

match train children.csv --fields children-fields.json --id rec_id --out x.json --charts charts
match run children.csv --model model.json --id rec_id --out x.csv --charts charts
for chart in weights probabilities thresholds unlinkables clusters; do
  state "$chart are drawn" grep -q '</svg>' charts/$chart.svg
done
state "with their tables on two pages" test "$(cat charts/model.html charts/run.html | grep -c '<table>')" = 5
match explain children.csv --model model.json --id rec_id $a $b --svg pair.svg
state "and so is a pair" grep -q 'The same surname: HALL' pair.svg
match explain children.csv --model model.json --id rec_id $a nobody
state "a record that is not there is refused" refused "nobody: No record has this id."
match train children.csv --fields children-fields.json --id rec_id --out x.json --precision 2
state "a precision of 2 is refused" refused "--precision: This is not a number from 0.5 to 0.999999."
match train children.csv --fields children-fields.json --id rec_id --out x.json --pairs-per-record 3
state "a budget of pairs is kept" awk '/^\*/ { pairs += $(NF - 3) } END { exit !(pairs > 0 && pairs <= 3 * 218) }' err
match train children.csv --fields children-fields.json --id rec_id --out strict.json --precision 0.9999
weight() { sed -nE 's/.*"link_weight": ([-0-9.]+).*/\1/p' "$1"; }
state "who wants more precision links from a higher weight" awk "BEGIN { exit !($(weight strict.json) > $(weight model.json)) }"
match run children.csv early.csv --model model.json --id rec_id --out x.csv
state "an id that two files have is refused" refused "An id is in two files: r0000000."
printf 'id,ref1,ref2,name,dob\n1,A123,,Okafor,2014-03-12\n2,A123,,Okafor,2014-03-12\n3,B124,,Jones,2015-03-12\n' > empty.csv
echo '{"ref1":"identifier","ref2":"identifier","name":"surname","dob":"birth_date"}' > empty.json
match train empty.csv --fields empty.json --id id --out empty-model.json
state "an empty column is told" grep -q 'note: ref2: empty in all records; not compared.' err
match run empty.csv --model empty-model.json --id id --out x.csv
state "and the model without it links" says "3 records are 2 clusters"
match run children.csv --model empty-model.json --id rec_id --out x.csv
state "a model for other columns is refused" refused 'field ref1: The file has no column "ref1", which the model reads.'
match run children.csv --id rec_id --out x.csv --model nowhere.json
state "and one that is not there" refused "nowhere.json: There is no such file."

match train nowhere.csv --fields children-fields.json --out x.json
state "a file that is not there is refused" refused "nowhere.csv: The file can't be opened."
match train children.csv --fields <(echo '{"forname": "forename"}') --out x.json
state "a column that is not there is refused with the likely one" refused 'Perhaps "forename".'
match train children.csv --fields <(echo '{"forename": "forname"}') --out x.json
state "a kind that is not there is refused with the likely one" refused 'Perhaps "forename".'
match run children.csv --model <(sed 's/"m": 0/"m": 7/' model.json) --id rec_id --out x.csv
state "a model with a probability of 7 is refused, with its level" refused "A probability is not above 0 and at most 1."
match run children.csv --model <(sed 's/"prior": [^,]*/"prior": NaN/' model.json) --id rec_id --out x.csv
state "and one with a weight that is no number" refused "This is not a JSON object"
(cat children.csv; tail -1 children.csv) > twice.csv
match run twice.csv --model model.json --id rec_id --out x.csv
state "an id that is there twice is refused" refused "An id is there twice"
(head -5 children.csv; printf 'x,social_care,Zo\xe9,Smith,F,,,,,\n') > bytes.csv
match run bytes.csv --model model.json --id rec_id --out x.csv
state "bytes that are not UTF-8 are refused, with their row" refused "row 6"
(head -5 children.csv; echo 'x,social_care,Zoe') > short.csv
match run short.csv --model model.json --id rec_id --out x.csv
state "a row that ends too early is refused" refused "This row has 3 cells, and the header line 10."

# evaluate FILE MAP ID TRUTH: the cluster F1 of our own threshold, in ten thousandths.
f1() { "$guildhall" match evaluate "$1" --fields "$2" --id "$3" --truth "$4" | sed -nE 's/.*"cluster".*"f1": ([01])\.([0-9]{4}).*/\1\2/p'; }
if [ -f "$shared/people100k.csv" ]; then
  echo '{"forename":"forename","surname":"surname","sex":"sex","dob":"birth_date","nhs_number":"nhs_number","address":"address","postcode":"postcode"}' > people.json
  state "100,000 people with NHS numbers: cluster F1 of at least 0.985" test "$(f1 "$shared/people100k.csv" people.json rec_id person_id)" -ge 09850
  echo '{"first_name":"forename","surname":"surname","dob":"birth_date","city":"locality","email":"email"}' > fake.json
  state "1,000 people with e-mail addresses: at least 0.93" test "$(f1 "$shared/fake_1000.csv" fake.json unique_id cluster)" -ge 09300
else
  skip "the labelled files: they are not in ../shared"
fi
finish
