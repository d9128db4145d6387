#!/usr/bin/env bash
# verify-by-hand.sh [--tsa-root PEM]... BUNDLE [EVIDENCE]
#
# Checks a custody bundle, and the evidence if it is given, WITHOUT the custody program: with openssl 3.0, jq 1.6, xxd,
# coreutils, cmp, find and bash 4.4 only. The rules are those of docs/format.md; a word in brackets at the end of a line,
# such as (link-broken), is the finding's name there. Read it from top to bottom: each step is a function.
#
# Exit: 0 nothing differs, 1 something differs, 2 could not be checked. All differences are collected; only a file that is
# no well-formed bundle ends it at once. "Seal" is the digital seal, link 0 of the chain, throughout.
# Not checked here: whose the keys are, rosters (docs/format.md, section 17, has the commands), time stamps if no --tsa-root is given, the order of times, file times
# and modes, attachments, countersignatures, whether a path text is the only spelling of its bytes, fields not read here.
# shellcheck disable=SC2016                       # the jq programs hold $names of jq
set -Eeuo pipefail; shopt -s inherit_errexit || exit 2
export LC_ALL=C SHELL=/bin/sh                     # bytes are bytes; `split --filter` starts $SHELL

# ---- what is said ---------------------------------------------------------------------------------------------------
# Nothing from the bundle or the evidence reaches the terminal as it is: jq's `plain` puts ? for each character that
# steers a terminal or cannot be seen, and what is found in the evidence is printed as ${…@Q}.
step()         { printf '\n%s\n' "$1"; }
same()         { printf '  no change found: %s\n' "$1"; }
note()         { printf '  note: %s\n' "$1"; }
differs()      { printf '  %s: %s\n' "${word[$1]-CHANGE FOUND}" "$2"; count[$1]=$((count[$1] + 1)); }
link_differs() { differs record "link $1: $2"; faulty[$1]=yes; }
refuse()       { differs unchecked "$1"; printf '\nCOULD NOT BE CHECKED. Nothing further was looked at.\n'; exit 2; }
declare -A word=([missing]='FILE MISSING' [extra]='EXTRA FILE' [unchecked]='COULD NOT BE CHECKED')
declare -A count=([record]=0 [content]=0 [missing]=0 [extra]=0 [unchecked]=0)
declare -a link_hash=() faulty=()                                                                         # by link
declare -a entries=() type=() path=() raw_path=() state=() size=() hash=() piece_root=() piece_size=() piece_count=() pieces_known=()
work=$(mktemp -d) hidden=0 one_file='' verdict=2 || exit 2
# Whatever stops the script early, a fault of its own included, ends as 2: never as "nothing differs".
trap 'rm -rf -- "$work"; exit "$verdict"' EXIT
trap 'printf "COULD NOT BE CHECKED: stopped at line %s of this script\n" "$LINENO" >&2; exit 2' ERR

# from_bundle OUT FILTER [OPTION…]: what jq reads in the bundle, into the file OUT. The words `hash`, `whole`, `path` and
# so on pass a value on only in the form it must have; else jq fails, and the bundle is refused.
jq_words='def unseen: "[\\x{0}-\\x{1f}\\x{7f}-\\x{9f}\\x{61c}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}"
  + "\\x{fdd0}-\\x{fdef}\\x{feff}\\x{fff0}-\\x{ffff}\\x{e0000}-\\x{e0fff}]";
def must(condition; $what): if condition then . else error("not as the format asks: \($what)") end;
def plain: must(type == "string"; "a text") | gsub(unseen; "?");
def hash: must(test("\\A[0-9a-f]{64}\\z"); "a hash");
def whole: must(type == "number" and . <= 9007199254740991 and (tostring | test("\\A[0-9]+\\z")); "a whole number");
def path_text: must((test(unseen) | not) and test("\\A([^%]|%(0[1-9A-F]|1[0-9A-F]|25|7F|[89A-F][0-9A-F]))+\\z"); "a path text");
def path: path_text | must(split("/") | all(. != "" and . != "." and . != ".."); "a path without . and ..");
def row: map(tostring) | join("\u001f");'
from_bundle() {
    jq "${@:3}" "$jq_words $2" "$work/bundle" >"$work/$1" 2>"$work/said" && return
    refuse "the bundle ($1)$(head -n 1 "$work/said" | cut -d ')' -f 2- | tr -cd '[:print:]' | head -c 200)"
}
# ---- 1. the file ----------------------------------------------------------------------------------------------------
# One JSON document, laid out byte for byte as `jq -S .` prints it. jq does not see a key that stands twice (it keeps the
# last), nor 1.0 for 1, nor bad UTF-8; each of these prints otherwise than it was read, so cmp finds it. That is why a
# changed layout counts as a difference here, even where it may be the layout only.
file_form() {
    [[ $(jq -s length "$work/bundle" 2>/dev/null || true) == 1 ]] || refuse 'the bundle is not one JSON document'
    if jq -S . "$work/bundle" | cmp -s - "$work/bundle"; then same 'laid out exactly as jq -S prints it'
    else differs record 'not laid out as jq -S prints it; a key may stand twice, a value be spelled otherwise (reformatted)'; fi
    # The JSON profile: only within it does `jq -cSj` give the canonical bytes that were hashed and signed.
    from_bundle form 'must(.about.format == "custody-bundle/v1"; "custody-bundle/v1")
        | must(all(.chain, .files, .keys, .timestamps; type == "array") and .chain[0]; "chain, files, keys, timestamps")
        | must(all(..; type != "null" and (type != "number" or whole >= 0)); "the values")
        | must(all(.. | objects | keys[]; test("\\A[A-Za-z0-9_]{1,64}\\z")); "the names of fields")
        | must(all(.. | strings; gsub("\n"; "") | test("[\\x{0}-\\x{1f}\\x{7f}-\\x{9f}\\x{2028}-\\x{202e}\\x{2066}-\\x{2069}]") | not); "the texts")
        | .about' -cSj
    # What stands under `about` is the same in every bundle and nobody signs it, so it is compared with what it must be.
    [[ $(sha256sum <"$work/form") == 6ff9b0f96fed650e762997e6a664495e0c70ba6316ce5e51e6804a3821679de8* ]] ||
        differs record 'what stands under "about" is not the constant text (about-changed)'
}
# ---- 2. the keys ----------------------------------------------------------------------------------------------------
# A key's id is the SHA-256 of its DER, and the DER is what stands in base64 between the two PEM lines. A key under a
# false id is not used. (The same with openssl: `openssl pkey -pubin -in KEY.pem -outform DER | sha256sum`.)
keys() {
    local id body; mkdir "$work/keys"
    from_bundle key_list '.keys | must(map(.id) | . == unique; "keys in order, each once") | .[] | must(.algorithm == "ed25519"; "ed25519")
        | [(.id | hash), (.pem | must(test("\\A-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
            + "\n-----END PUBLIC KEY-----\n\\z"); "an Ed25519 key in PEM") | split("\n")[1])] | row' -r
    while IFS=$'\x1f' read -r id body; do
        if [[ $(base64 -d <<<"$body" | sha256sum) == "$id  -" ]]; then
            printf -- '-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n' "$body" >"$work/keys/$id"
            same "key $id is the SHA-256 of its DER"
        else differs record "key $id: the id is not the SHA-256 of its DER (key-missing)"; fi
    done <"$work/key_list"
}
# ---- 3. the chain ---------------------------------------------------------------------------------------------------
# The bytes signed are a fixed beginning, the length of the statement's canonical bytes, and these bytes (DSSE's PAE).
signature_checks() {                              # key id, signature in base64, statement
    [[ $2 =~ ^[A-Za-z0-9+/]{85}[AQgw]==$ ]] || return 1                              # 64 bytes in their one spelling
    printf 'DSSEv1 28 application/vnd.in-toto+json %d %s' "${#3}" "$3" >"$work/pae"
    base64 -d <<<"$2" >"$work/signature"
    openssl pkeyutl -verify -pubin -inkey "$work/keys/$1" -rawin -in "$work/pae" -sigfile "$work/signature" >/dev/null 2>&1
}
# Who must sign stands inside the signed text: by.key and every witnesses[].key. Each of them has one signature, and
# nobody else has. A link also names, by hash, the link before it (prev) and the first one (seal), so that no link can be
# taken out, put in or changed without a later one showing it. Subject, case and exhibit never change.
chain() {
    local i text key signature seq prev seal constant previous
    from_bundle links '.chain[]' -cS              # each line, without its LF, is what `jq -cSj` prints
    from_bundle statements '.chain[].statement' -cS
    mapfile -t links <"$work/links"; mapfile -t statements <"$work/statements"

    from_bundle signatures '.chain | to_entries[] | .key as $i | .value
        | (.statement | must(._type == "https://in-toto.io/Statement/v1" and .predicateType == "urn:x-custody:event:v1"; "a custody event")
          | .predicate | [.by.key, (.witnesses // [] | .[] | select(has("key")) | .key)] | map(hash) | unique) as $named
        | (.signatures | must(map(.keyid) == (map(.keyid) | sort); "signatures in order") | map(.keyid | hash)) as $signed
        | (($named - $signed)[] | [$i, "no signature with key \(.[:16])…, which the link names (signature-missing)"]),
          ($signed | group_by(.)[] | select(length > 1) | [$i, "more than one signature with key \(.[0][:16])… (signature-extra)"]),
          (($signed - $named)[] | [$i, "a signature with key \(.[:16])…, which the link does not name (signature-extra)"]),
          (.signatures[] | select([.keyid] - $named == []) | [$i, "check", .keyid, (.sig | plain)]) | row' -r
    while IFS=$'\x1f' read -r i text key signature; do
        if [[ $text != check ]]; then link_differs "$i" "$text"
        elif [[ ! -e $work/keys/$key ]]; then link_differs "$i" "key ${key:0:16}… is not in the bundle (key-missing)"
        elif ! signature_checks "$key" "$signature" "${statements[i]}"; then
            link_differs "$i" "the signature check with key ${key:0:16}… failed (signature-invalid)"; fi
    done <"$work/signatures"
    previous='0000000000000000000000000000000000000000000000000000000000000000' i=0
    from_bundle chain '.chain[0].statement as $first | .chain[].statement
        | must(.subject | length == 1 and (.[0] | (.name | plain) and (.digest.sha256 | hash)); "one subject")
        | (.subject == $first.subject and .predicate.case == $first.predicate.case and .predicate.exhibit == $first.predicate.exhibit) as $same
        | .predicate | must(all(.case, .exhibit; type == "string"); "case and exhibit")
        | [(.chain | (.seq | whole), (.prev | hash), if has("seal") then .seal | hash else "absent" end), $same,
           "\(.action | plain), \(.at | plain), \(.by.name | plain) (as recorded)"] | row' -r
    while IFS=$'\x1f' read -r seq prev seal constant text; do
        [[ $seq == "$i" ]] || link_differs "$i" "calls itself no. $seq (sequence-wrong)"
        [[ $prev == "$previous" ]] || link_differs "$i" 'prev is not the hash of the link before it (link-broken)'
        [[ $seal == "${link_hash[0]-absent}" ]] || link_differs "$i" 'seal is not the hash of link 0 (seal-mismatch)'
        [[ $constant == true ]] || link_differs "$i" 'subject, case or exhibit is not that of link 0 (subject-changed)'
        [[ ${faulty[i]-} ]] || same "link $i: $text; signature check succeeded"
        previous=$(printf '%s' "${links[i]}" | sha256sum); previous=${previous%% *}
        link_hash[i]=$previous i=$((i + 1))
    done <"$work/chain"
}
# A renewal covers all links up to one before it, and some time stamps, by the SHA-256 of their tokens: exactly one item
# for each. It carries them forward under SHA-512, for a day on which nobody relies on SHA-256 any more.
renewals() {
    local i seq sha512 tokens stamp made
    from_bundle stamps '.timestamps[].rfc3161 | must(test("\\A[A-Za-z0-9+/]+={0,2}\\z"); "a token in base64")' -r
    while read -r stamp; do made=$(base64 -d <<<"$stamp" | sha256sum); printf '%s\n' "${made%% *}"; done <"$work/stamps" >"$work/tokens"
    from_bundle renewals '.chain | to_entries[] | .key as $i | .value.statement.predicate | select(.action == "renew").covers
        | [$i, (.seq | whole), (.sha512 | must(test("\\A[0-9a-f]{128}\\z"); "a SHA-512")), (.tokens | map(hash) | join(","))] | row' -r
    while IFS=$'\x1f' read -r i seq sha512 tokens; do
        from_bundle covered '($there | split("\n") | map(select(. != ""))) as $there | ($tokens | split(",")) as $covered
            | select($seq < $i and ($covered | all(. as $token | [$there[] | select(. == $token)] | length == 1)))
            | {chain: .chain[:$seq + 1], timestamps: [.timestamps | to_entries[] | select($there[.key] as $token | $covered | index($token)) | .value]}' \
            -cSj --argjson i "$i" --argjson seq "$seq" --arg tokens "$tokens" --rawfile there "$work/tokens"
        made=$(sha512sum <"$work/covered")
        if [[ ${made%% *} == "$sha512" ]]; then
            stamp=${tokens//[^,]/}; stamp=${#stamp}; if [[ $tokens ]]; then stamp=$((stamp + 1)); fi
            same "link $i: covers links 0 to $seq and $stamp time stamps, as it says"
        else link_differs "$i" 'what it covers is not what stands here (link-broken)'; fi
    done <"$work/renewals"
}
# ---- 4. the holder --------------------------------------------------------------------------------------------------
# Who seals holds. A release names the next holder, who holds from the receipt on; a receipt that refuses, or a withdraw,
# leaves the giver the holder. A link that has a fault, above or here, changes nothing about who holds.
holder() {
    local kind text
    from_bundle holder '
      def among(list): . as $action | any(list; . == $action);
      def holders: among("release", "examine", "copy", "store", "present", "disclose", "incident", "open", "correct", "return", "dispose");
      def rule($s; $i): .action as $a | .by.key as $k |
        if $s.closed and $a != "renew" then "comes after a return or disposal (after-close)"
        elif $s.to and ($a | among("receipt", "withdraw", "takeover") | not) then "a release still waits for its receipt (out-of-turn)"
        elif ($s.to | not) and ($a | among("receipt", "withdraw")) then "no release waits for it (out-of-turn)"
        elif $a == "receipt" and $k != $s.to.key then "not by the one it was released to (not-the-receiver)"
        elif $a == "withdraw" and $k != $s.holder.key then "not by the one who released (not-the-holder)"
        elif ($a == "seal") != ($i == 0) then "a chain has one seal, its first link (out-of-turn)"
        elif ($a | holders) and $k != $s.holder.key then "not by the holder (not-the-holder)"
        elif $a == "correct" and (.corrects.seq | whole) >= $i then "corrects no earlier link (out-of-turn)" else null end;
      def person: "\(.name | plain) (as recorded), key \(.key | hash | .[:16])…";
      reduce (.chain | to_entries[]) as $link ({said: []}; . as $s | $link.key as $i | $link.value.statement.predicate as $p
        | $p.action as $a | ($p | rule($s; $i)) as $fault
        | if $fault then .said += [["fault", "link \($i), \($a | plain): \($fault)"]]
          elif $faulty | index($i) then .
          elif $a == "seal" or ($a == "receipt" and ($p.outcome | among("accepted", "acceptedWithExceptions")))
            then .holder = $p.by | .since = $i | .to = null
          elif $a == "withdraw" or ($a == "receipt" and $p.outcome == "refused") then .to = null
          elif $a == "release" then .to = $p.to | .when = $p.at | must(.to | person; "the receiver")
          elif $a == "takeover" then .holder = $p.to | .since = $i | .to = null
            | .said += [["note", "link \($i): only a roster tells whether this signer may take over (signer-unknown)"]]
          elif $a | among("return", "dispose") then .closed = $i
          elif $a == "verify" or ($a | holders) or ($a == "renew" and $p.by.key == .holder.key) then .
          else .said += [["note", "link \($i), \($a | plain): what it does was not judged here"]] end)
      | .said[], ["say", if .holder then "held by \(.holder | person), since link \(.since)" else "no holder is established" end],
        (select(.to) | ["say", "in transit: handed over to \(.to | person) on \(.when | plain); receipt is not recorded"]),
        (select(.closed) | ["say", "closed by link \(.closed)"]) | row' -r --argjson faulty "[$(IFS=,; echo "${!faulty[*]}")]"
    while IFS=$'\x1f' read -r kind text; do
        case $kind in fault) differs record "$text" ;; note) note "$text" ;; *) printf '  %s\n' "$text" ;; esac
    done <"$work/holder"
}
# ---- 5. the manifest ------------------------------------------------------------------------------------------------
# RFC 6962: hashes are joined two by two, each pair hashed behind a byte 01; one that is left over goes up as it is.
tree_root() {                                     # hashes in, one a line; the root out
    local -a level; local joined over
    mapfile -t level
    if (( ${#level[@]} == 0 )); then level=(e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855); fi   # of nothing
    while (( ${#level[@]} > 1 )); do
        over=''; if (( ${#level[@]} % 2 )); then over=$'\n'${level[-1]}; unset 'level[-1]'; fi
        joined=$(printf '01%s%s\n' "${level[@]}" | xxd -r -p | split -b 65 --filter=sha256sum | cut -c 1-64)
        mapfile -t level <<<"$joined$over"
    done
    printf '%s\n' "${level[0]}"
}
# Path text to raw bytes: %XX is that byte, all else stands for itself. The answer is in `raw`.
raw_bytes() { local text=${1//"\\"/"\\\\"}; printf -v raw '%b' "${text//%/"\\x"}"; }

# The entries are what was sealed: files, folders, links. A leaf each: SHA-256 of a byte 00 and the entry's canonical
# bytes, or the hash that stands in place of a hidden entry. The seal's signature covers the root, so it covers them all.
manifest() {
    local e leaf root made entries_said files_said bytes_said raw fields files=0 bytes=0 IFS=$'\x1f'
    from_bundle entries '.files[]' -cS
    from_bundle files '.files[] | if has("hidden") then must(length == 1; "a hidden entry") | ["hidden", "", "", 0, "", "", 0, 0, (.hidden | hash)]
        else .type as $type | [$type, (.path | path), if $type == "file" then "file of \(.bytes | whole) bytes", .bytes, (.sha256 | hash)
            elif $type == "symlink" then "link to \(.target | path_text)", 0, ""
            else ({dir: "folder", fifo: "pipe", socket: "type s", char: "type c", block: "type b", unreadable: "-"}[$type]
              | must(.; "a type")), 0, "" end,
          if $type == "file" and has("pieces") then .pieces | (.root | hash), (.size | whole), (.count | whole) else "", 0, 0 end, ""] end | row' -r
    mapfile -t entries <"$work/entries"; mapfile -t fields <"$work/files"
    for e in "${!entries[@]}"; do
        read -r "type[e]" "path[e]" "state[e]" "size[e]" "hash[e]" "piece_root[e]" "piece_size[e]" "piece_count[e]" leaf <<<"${fields[e]}"
        if [[ ${type[e]} == hidden ]]; then hidden=$((hidden + 1))
        else
            raw_bytes "${path[e]}"; raw_path[e]=$raw; printf '%s\0' "$raw" >>"$work/order"
            leaf=$(printf '\0%s' "${entries[e]}" | sha256sum)
            if [[ ${type[e]} == file ]]; then files=$((files + 1)) bytes=$((bytes + size[e])); fi
        fi
        printf '%s\n' "${leaf%% *}" >>"$work/leaves"
    done
    touch "$work/leaves" "$work/order"
    sort -zcu "$work/order" 2>/dev/null || refuse 'the entries are not in order, or one stands twice'
    from_bundle seal '.chain[0].statement.predicate | select(.action == "seal").manifest
        | [(.root | hash), ((.entries, .files, .bytes) | whole)] | row' -r
    if [[ ! -s $work/seal ]]; then differs record 'link 0 is no seal: nothing signed binds the entries (manifest-mismatch)'; return; fi
    read -r root entries_said files_said bytes_said <"$work/seal"
    made=$(tree_root <"$work/leaves")
    if [[ $made == "$root" ]]; then same "the root over ${#entries[@]} entries ($hidden hidden) is the signed one"
    else differs record 'the root over the entries is not the signed one: one was changed, put in or taken out (manifest-mismatch)'; fi
    (( ${#entries[@]} == entries_said )) || differs record "${#entries[@]} entries; the seal says $entries_said (entry-count-mismatch)"
    if (( files <= files_said && bytes <= bytes_said && (hidden || (files == files_said && bytes == bytes_said)) )); then
        same "$files files with $bytes bytes; the seal says $files_said with $bytes_said"
    else differs record "$files files with $bytes bytes; the seal says $files_said with $bytes_said (manifest-mismatch)"; fi
}
# ---- 6. the listing -------------------------------------------------------------------------------------------------
# What every link signs as its subject is the hash of a listing that `sha256sum -c` reads: a first line with a salt, then
# hash and name of each file; where a name holds a backslash, LF or CR, these are escaped and a backslash begins the line.
# An exhibit that is one file has no listing: there the subject is that file's name and hash.
listing() {
    local e name lead made what
    if (( hidden )); then note "$hidden entries are hidden, so it cannot be made again; the root above binds the entries"; return; fi
    from_bundle salt 'select(has("listingSalt")).listingSalt | hash' -r
    if (( ${#entries[@]} == 1 )) && [[ ${type[0]} == file && ! -s $work/salt ]]; then
        one_file=yes what='name and hash of the one file' made=${hash[0]} name=${path[0]}
    else
        printf '# custody listing v1 salt=%s\n' "$(<"$work/salt")" >"$work/listing"
        for e in "${!type[@]}"; do
            [[ ${type[e]} == file ]] || continue
            name=${raw_path[e]//"\\"/"\\\\"}; name=${name//$'\n'/"\\n"}; name=${name//$'\r'/"\\r"}
            lead="\\"; if [[ $name == "${raw_path[e]}" ]]; then lead=''; fi
            printf '%s%s  %s\n' "$lead" "${hash[e]}" "$name" >>"$work/listing"
        done
        made=$(sha256sum <"$work/listing") what='listing made again from the entries' name=''
    fi
    from_bundle subject '.chain[0].statement | .subject[0].digest.sha256 == $made
        and .subject[0].name == if $name == "" then .predicate.exhibit + ".sha256sums" else $name end' --arg made "${made%% *}" --arg name "$name"
    if [[ $(<"$work/subject") == true && ( $one_file || -s $work/salt ) ]]; then same "the $what is the signed subject"
    else differs record "the $what is not the signed subject, or the listing's salt is absent (listing-mismatch)"; fi
}
# ---- 7. the piece lists ---------------------------------------------------------------------------------------------
# A large file's entry binds, by a tree root, the hashes of its consecutive pieces. Leaf: SHA-256 of a byte 00 and the hash.
piece_leaves() { while read -r digest; do printf '00%s\n' "$digest"; done | xxd -r -p | split -b 33 --filter=sha256sum | cut -c 1-64; }
piece_lists() {
    local e root digest made; local -A bound=()
    mkdir "$work/pieces"
    from_bundle pieces_there 'select(has("pieces")) | true'
    from_bundle piece_lists '.pieces // {} | to_entries[] | (.key | hash) as $root | .value | must(length > 0; "a list")[] | "\($root) \(hash)"' -r
    while read -r root digest; do printf '%s\n' "$digest" >>"$work/pieces/$root"; bound[$root]=no; done <"$work/piece_lists"
    for e in "${!type[@]}"; do
        root=${piece_root[e]}; [[ $root ]] || continue
        bound[$root]=yes made=none
        if [[ -e $work/pieces/$root ]]; then made=$(piece_leaves <"$work/pieces/$root" | tree_root)-$(wc -l <"$work/pieces/$root"); fi
        if (( size[e] == 0 || piece_size[e] < 1048576 || piece_size[e] > 1073741824 || (piece_size[e] & (piece_size[e] - 1)) ||
                piece_count[e] > 65536 || piece_count[e] != (size[e] + piece_size[e] - 1) / piece_size[e] )); then
            differs record "${path[e]}: the size or number of its pieces does not fit its bytes (pieces-mismatch)"
        elif [[ ! -s $work/pieces_there ]]; then note "${path[e]}: the bundle holds no piece lists; the hash of the whole file is used"
        elif [[ $made == "$root-${piece_count[e]}" ]]; then
            pieces_known[e]=yes; same "${path[e]}: the list of ${piece_count[e]} pieces has the root that its entry names"
        else differs record "${path[e]}: its piece list is absent, or not the one its entry names (pieces-mismatch)"; fi
    done
    for root in "${!bound[@]}"; do
        [[ ${bound[$root]} == yes ]] || differs record "piece list ${root:0:16}… belongs to no entry (pieces-mismatch)"
    done
}
# ---- 8. the evidence ------------------------------------------------------------------------------------------------
# Which pieces differ: `split` cuts the file as the seal did, and each piece is hashed.
pieces() {                                        # entry number, file
    local -a now sealed; local p e=$1 differ=''
    if [[ -z ${pieces_known[e]-} ]]; then return; fi
    split -b "${piece_size[e]}" --filter=sha256sum -- "$2" | cut -c 1-64 >"$work/now"
    mapfile -t now <"$work/now"; mapfile -t sealed <"$work/pieces/${piece_root[e]}"
    for p in "${!sealed[@]}"; do [[ ${now[p]-} == "${sealed[p]}" ]] || differ+=" $p"; done
    if [[ -z $differ ]]; then same "${path[e]}: all ${#sealed[@]} pieces"
    else differs content "${path[e]}: pieces of ${piece_size[e]} bytes, counted from 0, that differ:$differ (altered)"; fi
}

# `find` tells what is there, in the words that step 5 made of the entries, and follows no link. Only what it calls a file
# is opened: a pipe or a link put in a file's place is named, not read. A one-file exhibit may have another name today.
evidence() {
    local now name e raw; local -A found=(); local -a where=("$1/" -mindepth 1)
    if [[ $one_file ]]; then where=("$1" -maxdepth 0); fi
    find "${where[@]}" \( -type f -printf 'file of %s bytes\0' -o -type d -printf 'folder\0' -o -type l -printf 'link to %l\0' \
        -o -type p -printf 'pipe\0' -o -printf 'type %y\0' \) -printf '%P\0' >"$work/found" 2>/dev/null ||
        { differs unchecked 'the evidence, or a part of it, could not be read'; return; }
    while IFS= read -r -d '' now && IFS= read -r -d '' name; do found["/$name"]=$now; done <"$work/found"
    for e in "${!type[@]}"; do
        [[ ${type[e]} != hidden ]] || continue
        name=/${raw_path[e]}; if [[ $one_file ]]; then name=/; fi
        now=${found[$name]-} found[$name]=''
        raw_bytes "${state[e]}"
        if [[ -z $now ]]; then differs missing "${path[e]} (missing)"; continue
        elif [[ ${type[e]} == unreadable ]]; then note "${path[e]}: was sealed as unreadable; not checked"; continue
        elif [[ $now == "$raw" ]]; then same "${path[e]}: ${state[e]}"
        else differs content "${path[e]}: sealed as ${state[e]}, now ${now@Q} (altered or type-changed)"; fi
        if [[ ${type[e]} != file || $now != file* ]]; then continue; fi
        if ! { now=$(sha256sum <"$1${name%/}"); } 2>/dev/null; then differs unchecked "${path[e]}: could not be read"; continue; fi
        if [[ ${now%% *} == "${hash[e]}" ]]; then same "${path[e]}: SHA-256 ${now%% *}"
        else differs content "${path[e]}: SHA-256 ${now%% *}, sealed with ${hash[e]} (altered)"; fi
        pieces "$e" "$1${name%/}"
    done
    for name in "${!found[@]}"; do
        [[ ${found[$name]} ]] || continue
        name=${name#/}
        if (( hidden )); then note "${name@Q} is not listed; entries are hidden, so this means nothing"
        else differs extra "${name@Q} is not in the sealed list (unexpected)"; fi
    done
}
# ---- 9. the head card -----------------------------------------------------------------------------------------------
# Nothing above can show that the last links were not cut off, nor whose the keys are. Only something from outside can.
head_card() {
    printf '  head card: custody:v1:%s:%s:%s\n' "${link_hash[0]}" $((${#link_hash[@]} - 1)) "${link_hash[-1]}"
    from_bundle names '"  The last event known to this bundle is no. \(.chain | length - 1) of \(.chain[-1].statement.predicate.at | plain) (as recorded)",
        ([.chain[].statement.predicate | .by, .to // empty, (.witnesses // [])[] | select(.key)] | unique_by([.key, .name, .agency])[]
        | "  key \(.key | hash): \(.name | plain), \(.agency // "no agency" | plain) (as recorded)")' -r
    cat "$work/names"
    echo '  Nothing was confirmed about whose keys these are. Compare each key id with a list obtained elsewhere. It matters'
    echo '  twice: anyone can make a key under any name; and openssl accepts some weak (small-order) keys, with which a'
    echo '  signature check can succeed though nobody signed.'
}
# ---- 10. the time stamps --------------------------------------------------------------------------------------------
# Tokens of RFC 3161, against the root certificates that were given: over the hash of a link, with a signature that checks
# (`openssl cms`), by an authority below a root, all as of the token's own time (`openssl ts`). A token that no root leads to
# proves nothing. OpenSSL is less strict here than docs/format.md in a few points; section 17 names them.
time_stamps() {
    local n=0 i link token over time said none='no token is trusted'
    from_bundle stamps '.timestamps[] | [(.link | hash), (.rfc3161 | plain)] | row' -r
    while IFS=$'\x1f' read -r link token; do
        for i in "${!link_hash[@]}"; do [[ ${link_hash[i]} != "$link" ]] || break; done
        if [[ ${link_hash[i]} != "$link" ]]; then
            differs record "time stamp $n: it is over no link of this chain (timestamp-of-unknown-link)"; n=$((n + 1)); continue; fi
        base64 -d <<<"$token" >"$work/token" 2>/dev/null || refuse "time stamp $n is not base64"
        openssl ts -reply -token_in -in "$work/token" -token_out -text >"$work/token.txt" 2>/dev/null || true
        over=$(sed -nE 's/^Hash Algorithm: //p; s/^    00[01]0 - (.{47}).*/\1/p' "$work/token.txt" | tr -d ' \n-')
        time=$(sed -n 's/^Time stamp: //p' "$work/token.txt")
        if [[ $over != "sha256$link" ]] || ! time=$(date -u -d "$time" '+%s %FT%TZ' 2>/dev/null) ||
            ! openssl cms -verify -noverify -binary -inform DER -in "$work/token" -out "$work/info" 2>/dev/null; then
            link_differs "$i" "time stamp $n does not hold: another hash, or a signature that does not check (timestamp-invalid)"
        elif said=$(openssl ts -verify -token_in -in "$work/token" -digest "$link" -CAfile "$work/roots" -partial_chain \
            -attime "${time% *}" 2>&1); then
            none='' said=$(sed -n 's/^Accuracy: //p' "$work/token.txt" | tr -cd '[:print:]')
            same "link $i existed at ${time#* }, as a trusted authority says (accuracy: $said)"
        elif [[ $said =~ 'Verify error:'(unable|self|invalid\ CA|path\ length|certificate\ signature) ]]; then
            note "time stamp $n, over link $i: no root that was given leads to it; it proves nothing (timestamp-untrusted)"
        else link_differs "$i" "time stamp $n does not hold: its certificate was not good for it (timestamp-invalid)"; fi
        n=$((n + 1))
    done <"$work/stamps"
    [[ ! $none ]] || note "$none"
}
# ---- the result: the worst line first -------------------------------------------------------------------------------
while [[ ${1-} == --tsa-root && $# -gt 1 ]]; do
    cat -- "$2" >>"$work/roots" 2>/dev/null || refuse 'the root certificate cannot be read'
    shift 2
done
if (( $# < 1 || $# > 2 )); then echo 'usage: verify-by-hand.sh [--tsa-root PEM]... BUNDLE [EVIDENCE]' >&2; exit 2; fi
for tool in openssl jq xxd sha256sum split cmp find; do command -v "$tool" >/dev/null || refuse "$tool is not installed"; done
cat -- "$1" >"$work/bundle" 2>/dev/null || refuse 'the bundle cannot be read'
step '1. The bundle file';  file_form
step '2. The keys';  keys
step '3. The chain';  chain; renewals
step '4. The holder';  holder
step '5. The manifest';  manifest
step '6. The listing (the signed subject)';  listing
step '7. The piece lists';  piece_lists
if (( $# == 2 )); then step '8. The evidence';  if [[ $2 == /* ]]; then evidence "$2"; else evidence "./$2"; fi; fi
step '9. To be compared with what did not come in this bundle';  head_card
if [[ -e $work/roots ]]; then step '10. The time stamps, against the roots that were given';  time_stamps; fi
echo
word[record]='THE RECORD ITSELF DOES NOT CHECK' word[content]='CHANGE FOUND' worst=none
for kind in record content missing extra unchecked; do
    if (( count[$kind] )); then worst=found; echo "${word[$kind]}. ${count[$kind]} named above."; fi
done
if (( $# == 1 )); then [[ $worst == found ]] || printf 'RECORD CHECKED. '; echo 'THE EVIDENCE ITSELF WAS NOT CHECKED (it was not supplied).'
elif [[ $worst == none ]]; then echo 'NO CHANGE FOUND since the digital seal.'; fi
if [[ $(<"$work/holder") == *$'\x1f''in transit:'* ]]; then echo 'Handed over; receipt is not recorded: see 4.'; fi
if (( hidden )); then echo "Only part of the exhibit is shown: $hidden entries are hidden."; fi
echo 'The signing keys were not confirmed: see 9.'
if (( count[unchecked] )); then verdict=2; elif [[ $worst == none ]]; then verdict=0; else verdict=1; fi
