#include "synth/impl/names.h"

#include <algorithm>

#include "base/result.h"

namespace guildhall::synth {
namespace {

// Words in order of frequency, with a space between. "+" after a forename: rising since 2007, "-": falling;
// "_" is a space within a name. `flatness` evens out the frequencies: the word of rank r weighs 1 / (r +
// flatness).
struct CommunityNames {
  unsigned share;  // of families, in a thousand
  std::uint32_t flatness;
  std::string_view boys;
  std::string_view girls;
  std::string_view surnames;
};

constexpr std::string_view kEnglishBoys =
    "Oliver Jack- Harry George Noah+ Charlie Jacob Thomas- James- William Joshua- Alfie Oscar Leo+ Henry "
    "Archie Ethan- Daniel- "
    "Samuel- Joseph Max Alexander Lucas Logan Isaac Freddie Theo+ Arthur+ Benjamin- Edward Mason Finley "
    "Harrison Dylan- Luke- "
    "Matthew- Ryan- Riley Jayden- Tyler- Callum- Nathan- Adam Toby Reuben Louis Theodore+ Teddy+ Albert+ "
    "Elijah+ Jude+ Luca+ "
    "Hugo+ Rory Frederick Stanley Tommy Ronnie+ Reggie+ Roman+ Ezra+ Louie+ Albie+ Bobby Elliot Jenson Ellis "
    "Sebastian Gabriel "
    "Frankie Jamie- Connor- Cameron- Liam- Owen- Lewis- Aaron- Kyle- Bradley- Kieran- Jake- Robert- Michael- "
    "David- John- "
    "Christopher- Nicholas- Anthony- Andrew- Ben- Sam- Zachary Caleb Blake Kai Rowan+ Ralph+ Otis+ Otto+ "
    "Rupert Felix Jasper "
    "Jackson Hunter+ Grayson+ Carter+ Arlo+ Milo+ Parker+ Chester+ Rufus Ted+ Vinnie+ Sonny Harvey- Leon- "
    "Kayden Brandon- "
    "Jordan- Declan- Corey- Reece- Kian- Dominic Patrick Marcus Joel Spencer Lawrence Barnaby Monty Bertie "
    "Ernie Wilfred Sidney";
constexpr std::string_view kEnglishGirls =
    "Olivia Amelia Isla+ Ava Emily- Sophia Grace Mia Poppy Ella Lily Evie Jessica- Sophie- Ruby- Chloe- "
    "Charlotte Isabella "
    "Freya+ Alice Florence+ Sienna Daisy Phoebe Rosie Willow+ Ivy+ Matilda Elsie+ Evelyn+ Harper+ Lucy- "
    "Erin- Ellie- Holly- "
    "Imogen Eva Scarlett Maisie Summer Megan- Abigail- Molly- Hannah- Georgia- Katie- Amber- Lola Millie "
    "Bella Thea+ Layla "
    "Aria+ Luna+ Violet+ Mabel+ Ada+ Maya Penelope+ Emma Elizabeth Eliza Nancy+ Hallie+ Robyn Lottie Esme "
    "Aurora+ Bonnie+ "
    "Orla+ Margot+ Delilah+ Ottilie+ Olive+ Maeve+ Edith Rose Zara Annabelle Martha Beatrice Heidi Eleanor "
    "Zoë Chloë Zoe "
    "Lauren- Bethany- Rebecca- Leah- Caitlin- Paige- Skye Faith Hope Libby- Amy- Anna Sarah- Rachel- Laura- "
    "Victoria Jasmine- "
    "Madison- Lexi Lacey Gracie Tilly Francesca Isabelle Isabel Niamh- Lydia Naomi Clara+ Iris+ Darcie+ "
    "Darcey Ellen Catherine- "
    "Katherine- Alexandra Gabriella Harriet Rosalie+ Emilia+ Amelie Mollie Nevaeh Kayla Kiera- Demi- "
    "Courtney- Jade- Nicole- "
    "Eden+ Wren+ Winnie+ Dolly+ Peggy+ Betsy Sadie Quinn+ Bronte Cora Flora Felicity Honey";
constexpr std::string_view kEnglishSurnames =
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patterson Wright Walker White Green Hall Wood "
    "Harris Martin Clarke "
    "Jackson Turner Hill Cooper Ward Moore Clark Baker Harrison King Morgan Lee Allen James Scott Phillips "
    "Watson Parker Price "
    "Bennett Young Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller "
    "Cox Marshall Adams "
    "Richards Simpson Anderson Wilkinson Foster Ellis Chapman Mason Webb Rogers Gibson Hunt Mills Palmer "
    "Matthews Holmes Barnes "
    "Knight Lloyd Butler Barker Stevens Jenkins Dixon Fletcher Stephenson Harvey Fisher Russell Pearson "
    "Howard Graham Elliott "
    "Reynolds Andrews Ford Fox Payne Day Brooks West Lawrence Cole Atkinson Bradley Spencer Pearce Burton "
    "Watts Hughes Hudson "
    "Wells Rose Booth Hart Ball Perry Ryan Grant Dean Kemp Newman Lane Barrett Hopkins Saunders Riley Carr "
    "Berry Gardner Black "
    "Stone Hawkins Dunn Webster Warren Robson Nicholson Lowe Hunter Jordan Oliver Gregory Armstrong Wallace "
    "Cross Bird Freeman "
    "Burns Mann Henderson Walsh Banks Porter Francis Parry Harding May Howell Hayes Gill Page Nicholls "
    "Cunningham Curtis "
    "Chambers Sutton Arnold Newton Bishop Parsons Lambert Long Bates Rhodes Goodwin Burgess Barton Bull Bond "
    "Read Reid Reed "
    "Woods Nash Field Moss Potter Norman Power Austin Owens Frost Sharp Wheeler Hammond Willis Barnett "
    "Higgins Buckley Cartwright "
    "Fuller Ingram Steele Sykes Tucker Winter Summers Yates Whittaker Walton Thornton Stokes Skinner "
    "Sheppard Savage Rowe "
    "Richmond Quinn Pritchard Preston Pratt Pollard Osborne Norris Naylor Morrison Metcalfe Marsden Lynch "
    "Little Leach Law Lamb "
    "Kirby Kirk Kent Kay Jarvis Jennings Jeffries Hyde Humphreys Hubbard Horton Hooper Holt Holland Hodgson "
    "Hobbs Hilton Hewitt "
    "Heath Haynes Hancock Hale Griffin Greenwood Goddard Godfrey Glover Gibbs George Garner French Franklin "
    "Fowler Flynn "
    "Fleming Field Farrell Farmer English Ellison Edge Dyer Duffy Drew Dawson Daniels Dale Crawford Craig "
    "Coles Coates Clayton "
    "Chadwick Carpenter Bush Burrows Bryant Brookes Briggs Brady Bowen Blake Bentley Benson Baxter Barlow "
    "Baldwin Ashton Ashby "
    "Archer Akhurst Abbott Appleby Beddows Birch Bloor Bristow Cadwell Catterall Chilton Cleaver Coombes "
    "Croft Dobson Eccles "
    "Everitt Fairclough Fenwick Gaskell Gilroy Halliwell Haslam Hesketh Holloway Isherwood Kershaw Kitchen "
    "Ledger Lomax Mallinson "
    "Medlock Nuttall Ogden Pickles Pilling Quigley Ramsbottom Rigby Rimmer Sefton Shackleton Stott "
    "Tattersall Threlfall Unsworth "
    "Varley Wadsworth Warburton Whalley Whitehead Winstanley Woodhouse Wooldridge Wormald Yardley";
// A quarter of English families have a rare surname made of these two, as many real ones are.
constexpr std::string_view kRareBeginnings =
    "Ash Bad Bag Bar Beck Ben Birk Black Brad Bram Bur Chat Clay Cold Comp Dal Den Dun East Elm Fair Far "
    "Farn Gar Gold Hal Har "
    "Hart Haw Hather Hazel Hol Hor Kings Kir Lang Lin Lit Long Lud Mar Mel Mid Nor Oak Old Pem Pen Red Rad "
    "Rock Rush Sal Sand "
    "Shel Stan Stock Sud Sum Thorn Til Tor Wal Wat West Whit Win Wood Wool";
constexpr std::string_view kRareEndings =
    "bourne bridge brook bury by combe cott dale den field ford grave ham hurst ington land ley low man more "
    "shaw stead stone "
    "thorpe ton wall way well wick wood worth";

constexpr CommunityNames kCommunities[kCommunityCount] = {
    // English
    {655, 20, kEnglishBoys, kEnglishGirls, kEnglishSurnames},
    // Welsh
    {25, 5,
     "Dylan Osian Rhys Harri Tomos Gruffydd Evan Cai Owain Ioan Jac Macsen Elis Gethin Iwan Llewelyn Morgan "
     "Steffan Gwilym "
     "Efan Tomi Siôn Huw Emrys Aled Caradog Rhodri Dewi Gwion Taliesin",
     "Seren Megan Ffion Carys Mali Cadi Erin Efa Alys Beca Eira Gwen Elin Lowri Nia Siân Bethan Catrin Nansi "
     "Martha Enfys Cerys "
     "Mared Heledd Angharad Rhian Non Tegan Branwen Ffraid",
     "Jones Williams Davies Evans Thomas Roberts Hughes Lewis Morgan Griffiths Edwards Owen Morris Price "
     "Rees Phillips Jenkins "
     "Harris Powell Lloyd Parry Bowen Howells Pugh Hopkins Llewellyn Prosser Vaughan Meredith Pritchard "
     "Probert Bevan Gwynne "
     "Beynon Watkins Maddox Tudor Penry Ap_Huw Gittins"},
    // Scottish
    {20, 8,
     "Jack Lewis Rory Callum Finlay Angus Fraser Cameron Hamish Ruaridh Euan Logan Struan Blair Murray "
     "Magnus Alasdair Lachlan "
     "Craig Innes Brodie Archie Duncan Ross Calum Gregor Sorley Keir Ramsay Torquil",
     "Isla Eilidh Skye Ailsa Iona Catriona Kirsty Mhairi Rowan Orla Morven Fiona Ella Heather Shona Beth "
     "Mirren Aila Lexie Effie "
     "Arabella Elspeth Islay Una Rhona",
     "MacDonald Campbell Stewart Robertson Thomson Anderson Murray MacKenzie Reid Ross Paterson McLeod "
     "Fraser Hamilton Kerr "
     "McIntosh Cameron Sutherland Sinclair Buchanan Douglas Ferguson Gordon Drummond McKay McMillan Munro "
     "McGregor McLean "
     "Urquhart Galbraith Lindsay Forsyth Dalgleish Abercrombie Baird Carmichael Erskine Farquhar Moffat"},
    // Irish, and Irish Travellers
    {30, 8,
     "Jack Conor Seán Daniel Fionn Oisín Cillian Patrick Liam Michael Darragh Finn Rory Eoin Cian Declan "
     "Aidan Tadhg Ciarán Padraig "
     "Brendan Eamon Donncha Ruairí Shane Kieran Niall Dara Lorcan Martin John Paddy",
     "Aoife Niamh Saoirse Ciara Róisín Caoimhe Éabha Clodagh Sinéad Orla Fiadh Maeve Gráinne Aisling Bridget "
     "Mary Margaret Áine "
     "Siobhán Erin Shauna Kathleen Nora Bríd Éilís Dervla Eimear Muireann",
     "Murphy Kelly O'Sullivan Walsh O'Brien Byrne Ryan O'Connor O'Neill O'Reilly Doyle McCarthy Gallagher "
     "Doherty Kennedy Lynch "
     "Murray Quinn Moore McLoughlin O'Carroll Connolly Daly O'Connell Wilson Dunne Brennan Burke Collins "
     "Ward McDonagh Connors "
     "Maughan Doran Price Cash Casey Delaney Fitzgerald Fitzpatrick Flaherty Hogan Keane Kavanagh Lenihan "
     "Mahoney Moran Nolan "
     "O'Donnell O'Shea Rafferty Sheridan Tierney"},
    // Caribbean
    {20, 10,
     "Jayden Kai Malachi Isaiah Micah Tyrese Elijah Nathaniel Jerome Kieron Jermaine Marlon Josiah Zion "
     "Ezekiel Caleb Darnell "
     "Dwayne Rio Kymani Jahmal Levi Omari Tyrone Akeem Rashaun Shaquille Romario Delroy Andre",
     "Aaliyah Kiara Naomi Shanice Imani Tia Destiny Amara Jada Renée Ebony Tiana Shakira Simone Kayla "
     "Chantelle Rihanna "
     "Keisha Nyla Zahara Leona Serenity Tianna Monique Trinity Zaria Shanelle Aaliya Cherelle Dionne",
     "Campbell Brown Williams Francis Grant Gordon Clarke Lewis Thompson Reid Morgan Bailey Powell Johnson "
     "Henry Joseph Charles "
     "Douglas Edwards Barrett Blake Samuels Palmer Daley McKenzie Dacosta Bogle Beckford Pinnock Gayle Whyte "
     "Facey Ffrench Hylton "
     "Baptiste Alleyne Braithwaite Cumberbatch Holder Gittens Pierre Toussaint Nembhard Lindo Walcott "
     "Marley"},
    // Polish
    {40, 12,
     "Jakub Filip Antoni Kacper Michał Szymon Jan Oliwier Aleksander Adam Mateusz Wiktor Oskar Dawid Bartosz "
     "Patryk Mikołaj "
     "Nikodem Igor Marcel Alan Maksymilian Tymon Stanisław Franciszek Kuba Wojciech Krzysztof Piotr Tomasz "
     "Łukasz Paweł Dominik "
     "Fabian Hubert Olaf",
     "Maja Zuzanna Lena Julia Zofia Hanna Oliwia Amelia Natalia Wiktoria Aleksandra Nikola Alicja Maria "
     "Emilia Gabriela Martyna "
     "Kinga Pola Antonina Małgorzata Agnieszka Karolina Magdalena Weronika Nadia Michalina Iga Laura "
     "Kornelia Patrycja Anna",
     "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski "
     "Kozłowski Jankowski "
     "Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek "
     "Jabłoński Wróbel "
     "Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Pawlak Górski Nowicki Sikora Walczak "
     "Witkowski Baran Rutkowski "
     "Michalak Szewczyk Ostrowski Tomaszewski Zalewski Pietrzak Duda Marciniak Wróblewski Jasiński Bąk "
     "Sadowski Gajewski "
     "Błaszczyk Czarnecki Kubiak Sobczak Konieczny Głowacki Lis Mazurek Zawadzki Kołodziej Ziółkowski "
     "Cieślak Bielecki"},
    // Romanian, and Roma from there
    {30, 10,
     "Andrei David Alexandru Matei Luca Ștefan Gabriel Ionuț Mihai Darius Cristian Robert Denis Florin Rareș "
     "Vlad Marius Eduard "
     "Ioan Nicolae Sebastian Răzvan Bogdan Iulian Costin Tudor Samuel Ricardo Narcis Leonard",
     "Maria Sofia Andreea Ioana Elena Alexandra Ana Daria Ștefania Gabriela Bianca Denisa Larisa Antonia "
     "Alessia Mihaela Roxana "
     "Iulia Teodora Raluca Diana Cristina Eva Natalia Rebeca Ilinca Sânziana Mălina Esmeralda Carmen",
     "Popa Popescu Ionescu Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Constantin Rusu Marin Moldovan "
     "Munteanu Șerban Dinu Lazăr "
     "Florea Nistor Cojocaru Tudor Barbu Voicu Neagu Manea Oprea Toma Sandu Petrescu Bălan Ungureanu Iancu "
     "Vasile Anghel Dobre Preda "
     "Cristea Avram Căldăraru Lăcătuș Ursu Covaci Rostaș Varga Mureșan Crăciun Mocanu Grigore Enache Nedelcu "
     "Pavel"},
    // Ukrainian
    {10, 8,
     "Oleksandr Artem Maksym Dmytro Andrii Ivan Mykola Danylo Bohdan Yaroslav Matvii Denys Nazar Vladyslav "
     "Illia Yevhen Taras "
     "Serhii Mykhailo Volodymyr Tymofii Kyrylo Oleh Roman Ostap",
     "Sofiia Anna Mariia Daryna Veronika Polina Yulia Anastasiia Kateryna Oleksandra Yelyzaveta Viktoriia "
     "Solomiia Zlata Diana "
     "Alina Khrystyna Nataliia Iryna Olha Tetiana Milana Uliana Valeriia Kira",
     "Melnyk Shevchenko Kovalenko Bondarenko Boiko Tkachenko Kravchenko Kovalchuk Oliinyk Shevchuk Koval "
     "Polishchuk Bondar "
     "Tkachuk Moroz Marchenko Lysenko Rudenko Savchenko Petrenko Kravchuk Klymenko Kovalskyi Zelenskyi "
     "Pavlenko Hnatiuk Humeniuk "
     "Ivanchenko Yaremchuk Didenko Honchar Babenko Sydorenko Panchenko Vasylenko Karpenko Dubrovskyi "
     "Sobolievskyi Fedorenko Hrytsenko"},
    // Pakistani
    {50, 3,
     "Muhammad Mohammed Ibrahim Yusuf Ali Hamza Zayn Ayaan Adam Abdullah Musa Hassan Umar Haris Ismail Ahmed "
     "Zain Rayyan Bilal "
     "Isa Usman Eesa Hussain Danyal Mustafa Faizan Yahya Sulayman Zakariya Aahil Subhan Aryan Shayan Rehan "
     "Kashif Saad Talha "
     "Zeeshan Mohammad Arham Qasim Amaan",
     "Aisha Fatima Maryam Zara Zainab Inaya Amna Hafsa Anaya Khadija Hira Aaliyah Sana Ayesha Iqra Mahnoor "
     "Aleena Eshaal Safa "
     "Hania Mariam Haleema Noor Sumayyah Laiba Alisha Ameera Rabia Saira Nimra Zoya Minahil Areesha Eman "
     "Anum Maham",
     "Khan Ahmed Hussain Ali Akhtar Mahmood Iqbal Malik Shah Hussein Mirza Butt Chaudhry Bibi Begum Rehman "
     "Raja Mohammed Aslam Ashraf "
     "Rashid Javed Parveen Kauser Afzal Shaikh Qureshi Arshad Saleem Khalid Anwar Zaman Nawaz Siddique "
     "Yousaf Sharif Azam Tariq "
     "Ul-Haq Bashir Mehmood Riaz Shabir Jabeen Naz Abbasi Dar Baig Hashmi Ditta Ghafoor Ilyas Kiani Latif"},
    // Bangladeshi
    {20, 3,
     "Muhammad Mohammed Ibrahim Abdul Yusuf Adam Zakaria Ayaan Hamza Tahmid Rayan Ismail Abdur Ehsan Nabil "
     "Sami Tanvir Rahat Mahir "
     "Fahim Shafi Sufyan Hasan Imran Jubayer Rafi Taha Zayd Nafis Arif",
     "Fatima Aisha Maryam Nusrat Tasnim Sumaiya Ayesha Zara Anika Tahmina Fahmida Sadia Zainab Inayah Jannat "
     "Halima Nabila Raisa "
     "Samia Tasfia Mahira Rukaiya Safiya Khadija Afia Nadia Shamima Tania Farzana Maliha",
     "Begum Ahmed Miah Uddin Rahman Ali Islam Hussain Khatun Khanom Choudhury Hoque Khan Alam Akhtar "
     "Chowdhury Hossain Haque "
     "Ullah Kabir Karim Bibi Sultana Akter Mia Sarkar Talukdar Rashid Zaman Jahan Aziz Matin Quddus Rouf "
     "Motin Bari Hai Nessa"},
    // Indian
    {32, 5,
     "Aarav Arjun Vihaan Krish Rohan Dev Aryan Ishaan Aditya Reyansh Kabir Vivaan Nikhil Ayaan Advik Dhruv "
     "Rishi Jay Om Shiv Neel "
     "Yash Kian Veer Karan Rahul Akshay Siddharth Joel Jerin Alan Aravind Hari Kiran Samar Vedant",
     "Anaya Aanya Diya Aaradhya Priya Saanvi Ananya Isha Kavya Riya Maya Meera Myra Anika Kiara Pari Nisha "
     "Shreya Tara Avni Ishani Aditi "
     "Neha Pooja Jiya Mahi Siya Trisha Krisha Aleena Ann Anjali Devika Lakshmi Nandini Zara",
     "Patel Shah Kumar Sharma Mistry Desai Singh Gupta Joshi Parmar Mehta Chauhan Solanki Thomas Joseph "
     "Varghese Reddy Nair Rao "
     "Menon Pillai Iyer Chopra Kapoor Verma Agarwal Bhatt Trivedi Modi Amin Vaghela Rathod Makwana Lad "
     "Tailor Gohil Thakkar "
     "Das Ghosh Banerjee Mukherjee Bose Kurian Philip Mathew Abraham Fernandes D'Souza Pereira de_Souza "
     "Naidu Mohan Saini"},
    // Sikh
    {18, 4,
     "Arjan Jasraj Gurpreet Fateh Sahib Harjot Manveer Amrit Karam Jeevan Ekam Himmat Joban Avraj Gurveer "
     "Rajan Dilraj Partap "
     "Harman Jaspreet Sukhdev Kirpal Arjun Armaan Veer Angad Zorawar Tejpal Nihal Kabir",
     "Simran Jasleen Harleen Gurleen Amrit Manpreet Kiran Avneet Navneet Jasmin Anaya Sehaj Asees Prabhleen "
     "Harpreet Rupinder "
     "Jaspreet Mannat Kirat Ria Roop Sukhmani Bani Ekam Gurnoor Asha Jeevan Amanpreet Rajveer Tavleen",
     "Singh Kaur Gill Dhillon Sandhu Sidhu Grewal Johal Bains Dhaliwal Mann Atwal Virk Sohal Uppal Bhogal "
     "Rai Sahota Hayer Chahal Basra Cheema "
     "Kang Purewal Samra Sangha Toor Randhawa Brar Deol Dosanjh Nijjar Aulakh Panesar Matharu Khaira Lally "
     "Heer Mahal Thind"},
    // Nigerian, Ghanaian
    {25, 14,
     "David Daniel Emmanuel Samuel Joshua Michael Oluwaseun Ayomide Chidera Elijah Jeremiah Tobi Ifeanyi "
     "Chukwuemeka Kelechi Kwame Kofi "
     "Oluwatobiloba Israel Destiny Joel Nathan Jayden Fiyinfoluwa Temiloluwa Ebuka Somto Obinna Femi Tunde "
     "Kwesi Kwabena Uchenna "
     "Adebayo Olamide Zane Raphael",
     "Esther Deborah Sarah Grace Favour Ayomide Blessing Chioma Adaeze Ngozi Ifeoma Temitope Oluwaseyi "
     "Precious Divine Faith Anuoluwapo "
     "Chiamaka Amarachi Ama Akosua Abena Folake Morenike Simisola Toluwani Darasimi Kamsi Ezinne Zikora Joy "
     "Mercy Peace Adesuwa "
     "Oluwadarasimi",
     "Adeyemi Okafor Okeke Adebayo Williams Mensah Okoye Ogunleye Osei Boateng Balogun Ibrahim Johnson Eze "
     "Owusu Adeleke Olawale "
     "Nwosu Okonkwo Obi Bello Akinola Ajayi Asante Appiah Oladipo Afolabi Adewale Onyekachi Chukwu Nwachukwu "
     "Igwe Uzor Amoah "
     "Agyeman Antwi Darko Frimpong Opoku Sarpong Acheampong Odunsi Ogunbanjo Oyelaran Fashola Falana Sowande "
     "Idowu Olaniyan "
     "Alabi Aluko Ayodele Bamidele Ezekwesili Iwu Madu Ndukwe Onuoha Oyebanji Popoola Salami Taiwo Uche "
     "Yusuf"},
    // Somali
    {10, 4,
     "Mohamed Abdirahman Abdullahi Ahmed Yusuf Ibrahim Ayub Zakariya Hamza Ismail Abdi Hassan Mahad Liban "
     "Suhayb Ilyas Bilal Khalid "
     "Sharmarke Guled Mukhtar Anas Salman Abdulaziz Idris Warsame",
     "Aisha Fatima Hodan Ayaan Khadija Maryan Sumaya Hibo Ifrah Sagal Ikran Amina Zahra Hafsa Hamda Nasra "
     "Asma Yasmin Ladan Samira "
     "Fadumo Deqa Salma Halimo Ruqayya Muna",
     "Mohamed Ali Ahmed Abdi Hassan Hussein Ibrahim Osman Omar Yusuf Farah Warsame Jama Adan Abdullahi "
     "Ismail Nur Aden Mohamud "
     "Abdirahman Sheikh Haji Duale Elmi Hirsi Guled Egal Barre Dirie Gedi"},
    // Arabic: Syria, Iraq, Yemen, Sudan, Morocco, Egypt
    {17, 6,
     "Mohammed Ahmad Omar Yousef Ali Adam Khalid Ibrahim Hassan Zaid Karim Anas Abdulrahman Hamza Amir Tariq "
     "Rayan Mahmoud Faris Bilal "
     "Samir Laith Younes Jad Mustafa Kareem Nour Majd Salem Hadi Walid",
     "Fatima Maryam Layla Nour Sara Aya Salma Yasmin Hala Jana Rania Lina Malak Zainab Amira Reem Dana Huda "
     "Rahaf Aisha Sham Tala "
     "Ghazal Nadine Mariam Asma Rawan Hiba Samar Dima",
     "Al-Hassan Hussein Ahmed Mohamed Ibrahim Khalil Mahmoud Al-Masri Haddad Saleh Mansour Abdullah Hamdan "
     "Nasser Al-Ahmad Suleiman "
     "Osman Kassem Al-Khatib Rahman Darwish Shaheen Awad Habib Yousif El-Amin Bakr Jaber Aziz Farouk Taha "
     "Saeed Karimi Al-Jaber "
     "Benali El-Idrissi Amrani Alaoui Zaki Rashed"},
    // Turkish, Kurdish
    {8, 6,
     "Yusuf Ömer Mustafa Emir Mehmet Eymen Ali Kerem Berat Deniz Emre Can Arda Kaan Baran Rojhat Serhat Azad "
     "Mert Ege Çınar Tuğra "
     "Efe Burak Umut",
     "Zeynep Elif Defne Asel Ecrin Azra Nehir Eylül Meryem Ela Selin Melis Rojin Berfin Dilan Ayşe Fatma "
     "Yağmur Ceren İrem Duru "
     "Beren Sude Naz Esra",
     "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara "
     "Koç Kurt Özkan Şimşek "
     "Polat Korkmaz Çakır Erdoğan Yavuz Can Acar Şen Aktaş Güler Yalçın Güneş Bozkurt Bulut Keskin"},
    // Chinese: mainland, Hong Kong, Vietnam
    {10, 6,
     "Jason Ethan Lucas Ryan Kevin Aaron Jayden Haoran Yuxuan Zihao Ka_Ho Chun_Hei Tsz_Hin Ho_Yin Marcus "
     "Andy Jun Wei Ming Long Minh "
     "Anson Hugo Ian Vincent Matthew Zixuan Jiahao",
     "Emily Chloe Sophie Vivian Grace Joyce Jessica Yuxin Zihan Xinyi Hoi_Yan Tsz_Yau Wing_Yan Ka_Yan Cherry "
     "Mei Ling Yan Linh Mai Amy "
     "Tiffany Hailey Jasmine Yutong Ruoxi Angel Charlotte",
     "Chan Wong Li Chen Wang Zhang Lee Cheung Lau Liu Lam Ng Leung Ho Yang Huang Wu Lin Nguyen Tran Zhou Xu "
     "Sun Yeung Cheng Tang Tsang "
     "Kwok Fung Yip Zhao Zhu Ma Hu Guo He Gao Luo Pham Le Chow Chu Mak Siu"},
};

constexpr std::string_view kGrownUpForenames =
    "Susan Karen Helen Julie Tracey Sarah Claire Nicola Michelle Joanne Lisa Emma Rachel Louise Amanda Donna "
    "Jacqueline Deborah "
    "Paul Mark David Andrew Stephen Richard Simon Ian Gary Darren Lee Craig Stuart Martin Kevin Neil Anthony "
    "Nasreen Shabana Farah "
    "Yasmin Rukhsana Imran Tariq Nadeem Asif Gurpreet Harjit Sunita Anita Rajesh Folasade Ngozi Chinedu Olu "
    "Comfort Abena Marcia Beverley "
    "Winston Agnieszka Katarzyna Monika Mihaela Cristina Siân Gareth Eilidh Fiona Sinéad Declan Fatuma Layla "
    "Ayşe Mei Oksana";

// Known by: the full name, then what people say for it.
constexpr std::string_view kNicknames =
    "Alexander Alex Xander Sandy|Alexandra Alex Lexi Sasha|Aleksander Alex Olek|Aleksandra Ola Alex|"
    "Oleksandr Sasha Alex|Oleksandra Sasha Lesia|Alexandru Alex Sandu|Abigail Abi Abbie|Alfie Alf|"
    "Amelia Millie Amy|Andrew Andy Drew|Annabelle Anna Belle|Anthony Tony Ant|Archie Arch|Arthur Art Artie|"
    "Benjamin Ben Benji|Bethany Beth|Bridget Biddy Bridie|Cameron Cam|Catherine Cathy Kate Katie|"
    "Katherine Kate Katie Kathy|Charlotte Charlie Lottie|Charlie Chaz|Christopher Chris Kit|Daniel Dan Danny|"
    "David Dave Davey|Dawid Dave|Dominic Dom|Edward Ed Ted Eddie|Eleanor Ellie Nell Nora|"
    "Elizabeth Lizzie Beth Libby Eliza|Emily Em Emmy|Emmanuel Emma Manny|Evelyn Evie Eve|Ezekiel Zeke|"
    "Felicity Fliss|Finley Fin Finn|Florence Flo Florrie Flossie|Francesca Fran Frankie|Franciszek Franek|"
    "Freddie Fred|Frederick Fred Freddie|Gabriel Gabe|Gabriella Gabby Ella|Gabriela Gabi|George Georgie|"
    "Georgia Georgie|Gruffydd Gruff|Grace Gracie|Harriet Hattie|Harrison Harry|Harry Haz|Henry Harry Hal|"
    "Imogen Immy|Isaac Zac|Isabella Bella Izzy|Isabelle Izzy Belle|Isabel Izzy|Jacob Jake|Jakub Kuba|"
    "James Jim Jamie Jimmy|Jasmine Jaz|Jayden Jay|Jessica Jess Jessie|John Jack Johnny|Joseph Joe Joey|"
    "Joshua Josh|Kateryna Katya|Leonard Leo Lenny|Lawrence Larry Laurie|Lucas Luke|Madison Maddie|"
    "Magdalena Magda|Małgorzata Gosia|Margaret Maggie Peggy Meg|Martha Marnie|Matilda Tilly Tilda|"
    "Matthew Matt Matty|Maksymilian Maks Max|Megan Meg|Michael Mike Mick Mikey|Michał Misiek|Mikołaj Miki|"
    "Millie Mills|Mykola Kolya|Nathaniel Nat Nathan|Nathan Nate|Nicholas Nick Nicky|Oliver Ollie|"
    "Olivia Liv Livvy|Oluwaseun Seun|Oluwatobiloba Tobi|Oluwadarasimi Dara|Oscar Ozzy|Patrick Pat Paddy|"
    "Penelope Penny|Phoebe Phebs|Rebecca Becky Becca|Reuben Ruben|Robert Rob Bob Bobby|Ronnie Ron|"
    "Samuel Sam Sammy|Samantha Sam|Scarlett Scar|Sebastian Seb|Sophie Soph|Sofiia Sonia|Spencer Spence|"
    "Stanley Stan|Stanisław Staś|Szymon Szymek|Teddy Ted|Theodore Theo Ted Teddy|Temitope Temi|Thomas Tom Tommy|"
    "Tomasz Tomek|Victoria Vicky Tori|Volodymyr Vova|Wilfred Wilf|William Will Bill Billy Liam|Wiktoria Wika|"
    "Yelyzaveta Liza|Zachary Zac Zach|Zuzanna Zuzia|Abdullah Abdul|Abdullahi Abdi|Abdirahman Abdi|Muhammad Mo|"
    "Mohammed Mo|Mohamed Mo|Ibrahim Ibby|Khadija Dija|Fatima Fatty Tima|Anastasiia Nastia|Mehmet Memo|"
    "Mustafa Musti|Chukwuemeka Emeka|Gurpreet Gurps|Jaspreet Jas|Manpreet Manny";

// One name, several spellings: any may be typed for any other.
constexpr std::string_view kSpellings =
    "Muhammad Mohammed Mohammad Mohamed Muhammed Mohamad|Ahmed Ahmad Ahmet|Hussain Hussein Hossain Husain Hussin|"
    "Hassan Hasan|Yusuf Yousuf Yousef Youssef Yusef|Ibrahim Ebrahim Ibraheem|Aisha Ayesha Aysha Aishah|"
    "Fatima Fatimah Fathima|Maryam Mariam Maryum|Zainab Zaynab Zeinab|Khadija Khadijah Hadija|"
    "Abdirahman Abdulrahman Abdurrahman|Umar Omar Omer|Usman Osman Uthman|Sulayman Suleiman Sulaiman|"
    "Musa Moosa Mousa|Isa Eesa Issa|Zakariya Zakaria Zakariyya|Ismail Ismaeel Esmail|Zayn Zain Zane|"
    "Rayyan Rayan Rayaan|Layla Leila Laila Leyla|Nour Noor Nur|Yasmin Yasmeen Jasmin|Amina Aminah Ameena|"
    "Salma Selma|Chaudhry Choudhury Chowdhury Chaudhary|Miah Mia Meah|Uddin Udin Ud-Din|Rahman Rehman|"
    "Khatun Khatoon|Shaikh Sheikh Sheik|Begum Begam|Mahmood Mehmood Mahmud|Siddique Siddiqui|"
    "Catherine Katherine Kathryn Catharine|Caitlin Kaitlyn Katelyn Caitlyn|Sophia Sofia Sofiia|Sarah Sara|"
    "Isabelle Isabel Isobel Isabell|Zoe Zoë Zoey|Chloe Chloë Khloe|Erin Eryn|Megan Meghan Meagan|Rebecca Rebekah|"
    "Rachel Rachael|Hannah Hanna|Elliot Elliott Eliot|Harvey Harvie|Jayden Jaden Jaydon|Kayden Kaiden|"
    "Lewis Louis|Stephen Steven|Niamh Neve|Aoife Eefa|Seán Sean Shaun Shawn|Conor Connor Conner|Callum Calum|"
    "Finley Finlay|Tyler Tylor|Lacey Lacy|Darcie Darcey Darcy|Lily Lilly Lillie|Millie Milly|Mollie Molly|"
    "Poppy Poppie|Ellie Elly|Maisie Maisy|Eleanor Elinor Eleanore|Amelie Amélie|Alisha Alesha Aleesha|Leah Lea|"
    "Lucas Lukas|Isaac Issac|Theodore Theodor|Freya Freja|Aaliyah Aliyah Aliya|Oleksandr Alexander Aleksandr|"
    "Yulia Iuliia Julia Yuliya|Mykola Nikolai|Dmytro Dmitry Dmitro|Andrii Andrei Andriy|Serhii Sergey Serhiy|"
    "Kateryna Katerina Ekaterina|Anastasiia Anastasia|Viktoriia Victoria Viktoria|Nataliia Natalia Nataliya|"
    "Mariia Maria|Yevhen Eugene Evgen|Volodymyr Vladimir|Mykhailo Michael Mikhail|Kovalskyi Kovalsky Kovalskiy|"
    "Zelenskyi Zelensky|Boiko Boyko|Oliinyk Oliynyk Oleynik|Jakub Jacob|Wiktoria Victoria|Aleksandra Alexandra|"
    "Wójcik Wojcik|Ștefan Stefan|Ionuț Ionut|Clarke Clark|Thompson Thomson Tompson|Davies Davis|Phillips Philips|"
    "Stephenson Stevenson|Read Reid Reed|Allen Allan|MacDonald McDonald Macdonald|MacKenzie McKenzie|"
    "McLeod MacLeod|Griffiths Griffith|Matthews Mathews|Nicholls Nichols|Brookes Brooks|Whittaker Whitaker|"
    "O'Brien O'Brian|O'Connor O'Conner|O'Reilly O'Riley|McLoughlin McLaughlin|Smith Smyth Smythe|Singh Sing|"
    "Kaur Kour|Johal Johall|Nguyen Ngyuen|Cheung Zhang|Wong Wang|Lee Li|Chan Chen";

constexpr std::string_view kSimilarBoys =
    "Jayden Kayden|Aidan Jaden|Harry Harley|Alfie Archie|Luke Luca|Ethan Evan|Mason Jason|Leo Theo|Ryan Rayan|"
    "Zain Zayn|Hasan Hussain|Adam Aidan|Jack Jake|Finn Flynn|Jan Jakub|Ayaan Rayaan";
constexpr std::string_view kSimilarGirls =
    "Amelia Emilia|Mia Maya|Ella Bella|Lily Milly|Ava Eva|Ellie Evie|Sophia Sophie|Lacey Gracie|Isla Ila|"
    "Aisha Alisha|Zara Sara|Maja Kaja|Hannah Hanna|Erin Eryn|Poppy Polly|Anaya Inaya";

// The letters of the lists that are not ASCII, all of two bytes in UTF-8, each followed by its plain form.
constexpr std::string_view kPlain =
    "áa âa ăa ąa ÁA ée ëe ęe ÉE íi îi ıi İI óo ôo öo ÖO üu ÜU úu łl ŁL ńn śs ŚS şs ŞS șs ȘS țt ȚT ćc çc ÇC ğg źz "
    "żz ŻZ ÓO";

// Calls take(word) for each word between separators.
template <class Take>
void each_word(std::string_view words, const Take& take, char separator = ' ') {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(separator), words.size());
    if (end > 0) take(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

std::vector<std::string_view> words_of(std::string_view words, char separator = ' ') {
  std::vector<std::string_view> result;
  each_word(
      words, [&](std::string_view word) { result.push_back(word); }, separator);
  return result;
}

constexpr std::uint32_t kHeaviest = 1'000'000;

// The three weights of a forename, for children born to 2012, to 2018, and since.
std::array<std::uint32_t, 3> trend(char mark) {
  if (mark == '+') return {1, 2, 4};
  if (mark == '-') return {4, 2, 1};
  return {2, 2, 2};
}

std::size_t decade(int birth_year) {
  if (birth_year <= 2012) return 0;
  return birth_year <= 2018 ? 1 : 2;
}

}  // namespace

void WeightedNames::add(std::string_view name, std::uint32_t weight) {
  names_.push_back(name);
  sums_.push_back((sums_.empty() ? 0 : sums_.back()) + weight);
}

std::string_view WeightedNames::draw(Random& random) const {
  const std::uint64_t at = random.below(sums_.back());
  return names_[static_cast<std::size_t>(std::upper_bound(sums_.begin(), sums_.end(), at) - sums_.begin())];
}

Names::Names()
    : rare_beginnings_(words_of(kRareBeginnings)),
      rare_endings_(words_of(kRareEndings)),
      grown_up_(words_of(kGrownUpForenames)),
      similar_boys_(words_of(kSimilarBoys, '|')),
      similar_girls_(words_of(kSimilarGirls, '|')) {
  for (std::size_t community = 0; community < kCommunityCount; ++community) {
    const CommunityNames& lists = kCommunities[community];
    for (const Sex sex : {Sex::Male, Sex::Female}) {
      auto& by_decade = forenames_[community][static_cast<std::size_t>(sex)];
      std::uint32_t rank = 0;
      each_word(sex == Sex::Male ? lists.boys : lists.girls, [&](std::string_view word) {
        const auto weights = trend(word.back());
        if (word.back() == '+' || word.back() == '-') word.remove_suffix(1);
        ++rank;
        for (std::size_t i = 0; i < weights.size(); ++i) {
          by_decade[i].add(word, kHeaviest / (rank + lists.flatness) * weights[i]);
        }
      });
    }
    std::uint32_t rank = 0;
    each_word(lists.surnames,
              [&](std::string_view word) { surnames_[community].add(word, kHeaviest / (++rank + lists.flatness)); });
  }
  const auto by_name = [](const Group& a, const Group& b) { return a.name < b.name; };
  for (const std::string_view line : words_of(kNicknames, '|')) {
    const std::vector<std::string_view> words = words_of(line);
    nicknames_.push_back({words.front(), {words.begin() + 1, words.end()}});
  }
  for (const std::string_view line : words_of(kSpellings, '|')) {
    const std::vector<std::string_view> words = words_of(line);
    for (const std::string_view word : words) {
      Group group{word, words};
      std::erase(group.others, word);
      spellings_.push_back(std::move(group));
    }
  }
  std::stable_sort(nicknames_.begin(), nicknames_.end(), by_name);
  std::stable_sort(spellings_.begin(), spellings_.end(), by_name);
}

Community Names::draw_community(Random& random) const {
  unsigned sum = 0;
  for (const CommunityNames& lists : kCommunities) sum += lists.share;
  std::uint64_t left = random.below(sum);
  std::size_t community = 0;
  while (left >= kCommunities[community].share) left -= kCommunities[community++].share;
  return static_cast<Community>(community);
}

std::string_view Names::forename(Community community, Sex sex, int birth_year, Random& random) const {
  // Every fourth child of the newer communities has an English forename; more among Caribbean and Welsh
  // families.
  const bool english = community != Community::English &&
                       random.chance(community <= Community::Caribbean ? 5'000 : 2'000) &&
                       community != Community::Pakistani && community != Community::Bangladeshi &&
                       community != Community::Somali && community != Community::Arabic;
  const std::size_t list = english ? 0 : static_cast<std::size_t>(community);
  return forenames_[list][static_cast<std::size_t>(sex)][decade(birth_year)].draw(random);
}

std::string_view Names::grown_up_forename(Random& random) const {
  return random.one_of(grown_up_);
}

std::string Names::surname(Community community, Random& random) const {
  if (community == Community::English && random.chance(2'500)) {
    std::string name(random.one_of(rare_beginnings_));
    std::string_view ending = random.one_of(rare_endings_);
    if (ending.front() == name.back()) ending.remove_prefix(1);
    return name += ending;
  }
  std::string name(surnames_[static_cast<std::size_t>(community)].draw(random));
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string Names::for_daughter(Community community, std::string_view surname) {
  const auto with_ending = [&](std::string_view from, std::string_view to) {
    return std::string(surname.substr(0, surname.size() - from.size())) + std::string(to);
  };
  if (community == Community::Polish && surname.ends_with("ki")) return with_ending("ki", "ka");
  if (community == Community::Ukrainian && surname.ends_with("kyi")) return with_ending("kyi", "ka");
  if (community == Community::Sikh && surname == "Singh") return "Kaur";
  if ((community == Community::Bangladeshi || community == Community::Pakistani) &&
      (surname == "Miah" || surname == "Uddin" || surname == "Mohammed" || surname == "Ullah")) {
    return community == Community::Pakistani ? "Bibi" : "Begum";
  }
  return std::string(surname);
}

const Names::Group* Names::find(const std::vector<Group>& groups, std::string_view name) {
  const auto found = std::lower_bound(groups.begin(), groups.end(), name,
                                      [](const Group& group, std::string_view wanted) { return group.name < wanted; });
  return found != groups.end() && found->name == name ? &*found : nullptr;
}

std::optional<std::string_view> Names::nickname(std::string_view forename, Random& random) const {
  const Group* group = find(nicknames_, forename);
  if (!group) return std::nullopt;
  return random.one_of(group->others);
}

std::optional<std::string_view> Names::other_spelling(std::string_view name, Random& random) const {
  const Group* group = find(spellings_, name);
  if (!group) return std::nullopt;
  return random.one_of(group->others);
}

bool Names::has_nickname(std::string_view forename) const {
  return find(nicknames_, forename) != nullptr;
}
bool Names::has_other_spelling(std::string_view name) const {
  return find(spellings_, name) != nullptr;
}

std::array<std::string_view, 2> Names::similar_pair(Sex sex, Random& random) const {
  const std::string_view pair = random.one_of(sex == Sex::Male ? similar_boys_ : similar_girls_);
  const std::size_t space = pair.find(' ');
  return {pair.substr(0, space), pair.substr(space + 1)};
}

std::size_t Names::forename_count() const {
  std::vector<std::string_view> all;
  for (const auto& community : forenames_) {
    for (const auto& sex : community) all.insert(all.end(), sex[0].names().begin(), sex[0].names().end());
  }
  std::sort(all.begin(), all.end());
  return static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin());
}

std::size_t Names::surname_count() const {
  std::vector<std::string_view> all;
  for (const auto& community : surnames_) all.insert(all.end(), community.names().begin(), community.names().end());
  std::sort(all.begin(), all.end());
  return static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin());
}

std::string_view ethnicity(Community community, bool mixed_family, Random& random) {
  if (random.chance(330)) return random.chance(4'000) ? "REFU" : "NOBT";
  if (mixed_family) {
    switch (community) {
      case Community::Caribbean:
        return "MWBC";
      case Community::Nigerian:
      case Community::Somali:
        return "MWBA";
      case Community::Pakistani:
      case Community::Bangladeshi:
      case Community::Indian:
      case Community::Sikh:
      case Community::Chinese:
        return "MWAS";
      case Community::Arabic:
      case Community::Turkish:
        return "MOTH";
      case Community::English:
      case Community::Welsh:
      case Community::Scottish:
      case Community::Irish:
      case Community::Polish:
      case Community::Romanian:
      case Community::Ukrainian:
        return "WOTH";
    }
  }
  switch (community) {
    case Community::English:
    case Community::Welsh:
    case Community::Scottish:
      return "WBRI";
    case Community::Irish:
      return random.chance(2'000) ? "WIRT" : "WIRI";
    case Community::Caribbean:
      return "BCRB";
    case Community::Romanian:
      return random.chance(2'500) ? "WROM" : "WOTH";
    case Community::Polish:
    case Community::Ukrainian:
    case Community::Turkish:
      return "WOTH";
    case Community::Pakistani:
      return "APKN";
    case Community::Bangladeshi:
      return "ABAN";
    case Community::Indian:
    case Community::Sikh:
      return "AIND";
    case Community::Nigerian:
    case Community::Somali:
      return "BAFR";
    case Community::Arabic:
      return "OOTH";
    case Community::Chinese:
      return "CHNE";
  }
  return "NOBT";
}

std::string without_accents(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      result += text[i];
      continue;
    }
    const std::size_t found = kPlain.find(text.substr(i, 2));
    check(found != std::string_view::npos, "a letter in names.cpp has no plain form");
    result += kPlain[found + 2];
    ++i;
  }
  return result;
}

}  // namespace guildhall::synth
