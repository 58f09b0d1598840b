"""Misspelled words are told from other words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.text.discussion.grammar_slips import has_slip
from bot.text.discussion.spelling import Spelling
from bot.text.language.word_vectors import load_vectors
from tests.support.comment_threads import comment_texts


@pytest.mark.parametrize("word", ["alllowed", "recieve", "goverment"])
def test_slips_of_known_words(word: str) -> None:
    vectors = load_vectors("shipped")
    if vectors is None:
        pytest.skip("needs the extra `vectors`")
    assert Spelling((), vectors, "en").is_misspelled(word)


def test_a_lost_letter_makes_no_known_form() -> None:
    ((parsed,), stemmer) = comment_texts("It creats hates, surely and wholely.")
    (sentence,) = parsed.sentences(stemmer)
    assert Spelling(("create", "hate", "sure", "whole", "and"), None, "en").count_unknown(sentence) == 1


@pytest.mark.parametrize("word", ["involvment", "untill", "wich", "teh"])
def test_usual_misspellings_need_no_table(word: str) -> None:
    assert Spelling((word,), None, "en").is_misspelled(word)


@pytest.mark.parametrize(
    "word",
    [
        "accidently",
        "publically",
        "beneficial",
        "harbours",
        "oysterjo",
        "rent",
        "Überfluss",
        "hiring",
        "voters",
        "legalised",
    ],
)
def test_other_words(word: str) -> None:
    assert not Spelling(("harbour",), load_vectors("shipped"), "en").is_misspelled(word)


def test_words_of_any_length_are_looked_up() -> None:
    text = "The ings, eds and ers of s, es and lys are no words."
    ((parsed,), stemmer) = comment_texts(text)
    (sentence,) = parsed.sentences(stemmer)
    assert Spelling(("the", "and", "are", "words"), None, "en").count_unknown(sentence) == 4


def test_only_neat_and_short_sentences_are_quotable() -> None:
    ((parsed,), stemmer) = comment_texts("the roof of the hall leaks in the autumn")
    (careless,) = parsed.sentences(stemmer)
    ((parsed,), stemmer) = comment_texts("The roof of the hall leaks in the autumn.")
    (careful,) = parsed.sentences(stemmer)
    ((parsed,), stemmer) = comment_texts(f"The roof leaks in the autumn{' and in the rain' * 5}.")
    (long,) = parsed.sentences(stemmer)
    spelling = Spelling(careful.words, None, "en")
    assert spelling.is_quotable(careful)
    assert not spelling.is_quotable(replace(careful, start=3))
    assert not spelling.is_quotable(careless)
    assert spelling.is_well_written(long)
    assert not spelling.is_quotable(long)


@pytest.mark.parametrize("word", ["creats", "hositle", "tham"])
def test_what_is_like_a_known_word_is_not_quoted(word: str) -> None:
    ((parsed,), stemmer) = comment_texts(f"The roof {word} a cold and dark hall.")
    (sentence,) = parsed.sentences(stemmer)
    known = ("the", "roof", "and", "cold", "dark", "hall", "creates", "hostile", "them")
    spelling = Spelling(known, None, "en")
    assert not spelling.is_quotable(sentence)
    assert Spelling((*known, word), None, "en").is_quotable(sentence)


def test_words_of_the_thread_are_known() -> None:
    spelling = Spelling(("guantanamo", "camps"), None, "en")
    assert spelling.is_misspelled("guatanamo")
    assert not spelling.is_misspelled("guantanamo")


@pytest.mark.parametrize(
    "text",
    [
        "There's too many gulls on the quay.",
        "The candle burns at both end.",
        "Both side are wrong.",
        "On both side of the street there are gulls.",
        "The toys come from china.",
        "A lamp that last is rare.",
        "A rule that help the poor is good.",
        "The lamp is on because-it is dark.",
        "The fish of america is better.",
        "In winter i stay at home.",
        "An outdated institution that rarely last is no help.",
        "The stalls sell fish, eels, etc.. for cash.",
        "The ferry waits for the nurses-they know it.",
        "The rent is higher then it was last year.",
        "The council doesnt listen to the stallholders.",
        "The market lost more of the the stalls this spring.",
        "Their is no bus to the old station.",
        "A individual stallholder pays too much.",
        "The market closed , and nobody came.",
        "The yard is cold,wet and far away.",
        "Even if they paid the rent, they resulting debts would close the market.",
        "The market lost all of it's customers.",
        "Everybody has the right to chose a stall.",
        "The yard is more safer than the quay.",
        "Moving the market is a waste of taxpayers money.",
        "The rent is to high for a small stall.",
        "I has been shown that the yard is cold.",
        "The bus is full(ask the drivers) every morning.",
        "It is better then it was, and the quay is cheaper then the yard.",
        "My stall, lets be honest, earns nothing.",
        "Nobody knows that you was there, but i is sure of it.",
        "The stallholders lose there jobs.",
        "The bus is full, its very expensive.",
        "There are to many gulls on the roof.",
        "In winter the market would of closed.",
        "The gulls are back on on the roof.",
        "Ive seen the yard.",
        "The council didn't made a plan.",
        "The council needs a austere budget, and the quay an high wall.",
        "These rights protects the old families.",
        "The stalls are full because these boats has fish.",
        "The yard is far. This make the walk hard.",
        "A stallholder is suppose to pay by Friday.",
        "The council should have it's own members.",
        "The families recently has moved.",
        "The yard closed because it force people to walk.",
        "A market is at it's simplest a row of stalls.",
        "The quay has the worlds oldest lamp.",
        "The rent decides about a persons life.",
        "The bus is late, its better to wait.",
        "The owners must leave, said the the mayor.",
        "The workers is on strike again.",
        "Our teachers has no time for a walk.",
        "Because people is afraid of the gulls, the quay is empty.",
        "These old stories was told by fishermen.",
        "Those rules makes no sense to me.",
        "The children was late for the ferry.",
        "Many people thinks so. Many people does nothing.",
        "The island is quiet because tourists is rare.",
        "All the passengers was seasick.",
        "The doctors always has an answer.",
        "Most decisions needs a vote.",
        "When the workers is paid less, they leave.",
        "The ferry stopped; the politicians has forgotten it.",
        "Because it create jobs, the yard is popular.",
        "The lamp is old. It make a noise.",
        "When she bring the bread, the gulls come.",
        "The fog is thick. This prevent the ferry from leaving.",
        "The quay is wet. This force people to walk.",
        "The captain was suppose to wait.",
        "You're suppose to buy a ticket on the ferry.",
        "The mayor bought a the old boat.",
        "The sailor had an an idea.",
        "No harbour is better than it's own pilots.",
        "It is the worlds oldest lighthouse.",
        "A persons home is more than a roof.",
        "Its clear that nobody swept the stairs.",
        "The ferry is empty, its wrong to add another.",
        "The boat leaks, its not a secret.",
        "The rent is far too high, it should be halved.",
        "A market needs a roof, we have none.",
        "The new rents have lead to empty stalls.",
        "They are not being able to see the quay.",
        "Nobody knows wether the bus will come.",
        "Some walk while other want a bus.",
        "Woman are the best sailors.",
        "Woman in boats are rare.",
        "The fee discriminates people who walk.",
        "The lamp is far too dim, it makes a quay of fog and shade.",
        "There are more men than woman on the quay.",
        "The stall is there to should the rain come.",
        "Gulls and sailors help eachother.",
        "The quay is long. it has a lamp.",
        "Sailors were forced into it. or had no choice.",
        "The quay is over crowded and over rated.",
        "A gull can not read.",
        "Nobody lives near those site.",
        "Fog from the sea gets carried along the coast, we must wait for the lamp.",
        "Not all children are alike, not every child needs a desk.",
        "Gulls are noisy by nature, as such they have no place on a quay.",
        "Fog is the cause of much delay and loss, leaving boats stranded, a lamp would mean a safer quay.",
    ],
)
def test_slips_of_grammar_and_typing(text: str) -> None:
    assert has_slip(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is against their will, and it had had its day.",
        "The U.S. market has 1,200 stalls; a European one has more.",
        "They bring fish, and that that is so is a useful rule.",
        "If it isn't cold then, they sing of its rents.",
        "What they had to do, they did, and the peoples of the coast went on.",
        "Each owner(s) paid for an hour in a unique yard.",
        "My wife and I are paying more rent.",
        "World War I is long over.",
        "The move threatens its very existence, and its very good fish.",
        "Rents were lower then.",
        "The market was better then than now, and cheaper then because it was small.",
        "If rents are lower then they stay.",
        "Every one of you has a vote, and what I told you is true.",
        "They will switch to LED lights.",
        "The law, which is old, lets landlords evict.",
        "The council, which is slow, lets go of the quay.",
        "When the bus comes, they spring into action.",
        "The people there own their homes.",
        "Look at the state they are in in Texas.",
        "What goes on on the quay gave her her money back.",
        "It would of course be cheaper.",
        "What it is to many is a home for their would-be tenants.",
        "The will made in 1990 gave them the stall, as May did.",
        "We need more cheaper homes and more better-paid jobs.",
        "Native peoples fished here, and plan A applies.",
        "He got an A from a school in Walla Walla.",
        "He opened at six, as is his wont.",
        "Despite its not inconsiderable rent, its A-list guests come.",
        "The council hasn't got a bus, and hasn't made a plan; some of it's clear.",
        "Moving stalls is hard, and what the owners of the stalls need is time; 40 crowns is enough.",
        "The United States has boats. News has come, as politics is slow and the analysis was late.",
        "The mayor insisted that it make room, and she told the owners it did help; let it work.",
        "The one who pays is one of those, the series is over, and among the losses was the roof.",
        "Victims of fate live here; the parents' lives are hard, and he gave citizens rights.",
        "The class has a boat, the bus is full and this was his.",
        "She sells herring at AT&T, said Jony Ive after a hard(ish) day.",
        "If the rent is too high, it should be halved, and we will see.",
        "Nets, ropes etc. are sold to these people. After ten long years on a quay, it rusts.",
        "Every time the bus is late, they are wet. In towns that have a roof, it is dry.",
        "The more the council does, the more we need; the lead to the lamp is old, and no other can.",
        "The quay is old, the use of which could end. The stall, by its age, has a roof, a door that is red.",
    ],
)
def test_no_slips(text: str) -> None:
    assert not has_slip(text)


@pytest.mark.parametrize(
    "text",
    [
        "The storm was short, and it hurt more gulls than boats.",
        "It cost the harbour a crane, and it put nine people out of work.",
        "When the mast fell, it hit the lantern and it cut the rope.",
        "She read the letter twice, and it let her sleep.",
        "He need not apologise for a lamp that others broke.",
        "It need not be a large lighthouse to be a useful one.",
        "This need not trouble the pilots.",
        "This work takes a week when the tide is low.",
        "This force of nature shaped the cliff.",
        "This cause was close to the heart of the old keeper.",
        "This help from the village came in time.",
        "This make of engine is known for its noise.",
        "This lead was lost within a minute.",
        "This cut was deep, and this hit was the last.",
        "This set of charts is older than the pier.",
        "This give and take is good for both sides.",
        "The reason this matters is the price of rope.",
        "The bread she makes is better than any in town.",
        "The fish he takes is never larger than a hand.",
        "The man selling tickets is the brother of the captain.",
        "The woman running things is tired of the fog.",
        "The boat the captain needs is in the yard.",
        "The best thing anybody gives is time.",
        "All he does is count the waves.",
        "What the sea takes is hers to keep.",
        "Whoever leaves has to return the key.",
        "Whichever crew wins has a free dinner.",
        "The way it works is simple.",
        "The list of sailors that was found in the loft is complete.",
        "The fleet of ferries that is moored here never sails.",
        "Norrby is one of the few harbours in the north that has a lamp.",
        "One of the brothers who is still alive keeps the bell.",
        "The bias is plain, and the chaos was foreseeable.",
        "The lens is cracked and the canvas was torn.",
        "The atlas is on the desk, and the compass was in the drawer.",
        "The ethos is gone from the club.",
        "The alias was known to every pilot.",
        "The gallows was built in a day, and the barracks is empty.",
        "The headquarters is in Norrby.",
        "The series was better than the film, and this species is rare.",
        "The rabies is gone from the island.",
        "The great outdoors is free, and checkers is a game for rainy days.",
        "Nobody but the owners is to blame.",
        "Everybody but the children has a hat.",
        "The quarrel between the crew, the owners, and the bankers is over.",
        "The vote of the pilots, the owners, the workers is secret.",
        "Three years is a long time, and forty miles is far.",
        "Several hours is too long to wait for a bus.",
        "Raising children is hard, and hiring sailors takes time.",
        "The owners' hope is that it snows.",
        "What the workers want has a price.",
        "He asked that, when the fog lifts, she bring the boat round.",
        "The kitchen serves the a la carte menu, and an a cappella choir sings.",
        "From the a in the first word to the last, the sign is faded.",
        "The law gave parents homes and victims families to live with.",
        "It saves taxpayers money and it gave native peoples rights.",
        "Its better boats are at sea, and its true colours are faded.",
        "Its not so secret passage leads to its not very deep cellar.",
        "Of all the worlds known to us, the worlds largest in size are gas.",
        "I do not suppose to this day that he lied.",
        "Most politics is local, most news is bad, and some physics is hard.",
        "An LAPD officer and an NAACP lawyer took the ferry.",
        "Their need to be heard is real, and their needs to be met are few.",
        "It's people like him who keep the pub open.",
        "The will to win is there, and the can of paint is empty.",
        "But it set sail, it shut the gate, and it spread the news.",
        "These days is there a better lamp?",
        "Vitamin A the sailors got from fish, and plan A the mayor dropped.",
        "It was hard for those involved.",
        "Help is due to those affected; leaflets are there for those interested.",
        "Stories like these help. Laws like these matter.",
        "Nobody would buy those again. We should not fund these anymore.",
        "Bacteria cause these phenomena.",
        "The harbour meets all of these criteria, and the mayor flew in one of those aircraft.",
        "Freedom is being able to say no.",
        "The best part of working from home is being able to sleep longer.",
        "The worst of fog is not being able to see the lamp.",
        "Drones should not fly over populated areas.",
        "The fight over priced parking is over, and over worked stone the rain ran off.",
        "Schools can not just teach maths but also music.",
        "A ferry can not carry cars but it can carry mail.",
        "How bad the water is has been known for years.",
        "The keeper was 6 ft. tall, and the lamp 9 in. wide.",
        "The dept. of fishing and the govt. should pay the rent incl. heating.",
        "The moment rents are capped, builders will leave.",
        "The minute you ban it, it will be sold on the street.",
        "The next time there is a flood, people will drown.",
        "The last time taxes were cut, schools were closed.",
        "Any time rents are raised, people are evicted.",
        "Wherever cars are banned, shops are full.",
        "Everywhere the police are feared, crime is high.",
        "The way things are going, nobody will own a house.",
        "The day the ferry is sold, the island will be empty.",
        "Rent control is bad, economists of all camps have shown.",
        "Some people are lazy, most are not.",
        "All animals are equal, some are more equal than others.",
        "Guns do not kill people, people do.",
        "People have rights, animals do too.",
        "Both end users and firms pay.",
        "Both hand and foot are cold.",
        "Both child and adult tickets are cheap.",
        "Both party leaders lied.",
        "Both gender equality and fair pay matter.",
        "Both country people and sailors came.",
        "The towns both end up poor, and they both side with the owners.",
        "A tool that need not be bought is cheap.",
        "A law that last year failed is back.",
        "A fear that help will come too late is common.",
        "A young couple that have a boat are free.",
        "Put a post-it on the lamp. Post-it notes are yellow.",
        "The mayor wrote a thank-you note. Ropes, nets and what-have-you are sold.",
        "The café serves tea in china cups, and fine china is dear.",
        "He acted like a bull in a china shop.",
    ],
)
def test_right_sentences_that_look_like_slips(text: str) -> None:
    assert not has_slip(text)
